using System.Diagnostics;
using Harmony.Core;
using Harmony.Engines;

namespace ServerLoad;

/// <summary>Turns on the engine, without HTTP.</summary>
internal static class EngineLoad
{
    public static Task<LoadResult> RunAsync(ITokenGenerator engine, int count, int seconds, int idsOfRequest)
    {
        var runner = new TurnRunner(engine);
        Conversation chat = [Message.System(SystemContent.Default), Message.User("Hi")];
        var options = new TurnOptions { CollectMessages = false };
        return LoadLoop.RunAsync(count, seconds, idsOfRequest, async times =>
        {
            long last = Stopwatch.GetTimestamp();
            int ids = 0;
            await foreach (TurnEvent one in runner.RunAsync(chat, options))
            {
                times.Add(Stopwatch.GetElapsedTime(last).TotalMilliseconds);
                last = Stopwatch.GetTimestamp();
                ids += one.Ids.Length;
            }

            if (ids != idsOfRequest)
            {
                throw new InvalidOperationException($"{ids} ids came instead of {idsOfRequest}.");
            }
        });
    }
}
