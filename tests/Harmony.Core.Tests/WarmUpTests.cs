namespace Harmony.Core.Tests;

public class WarmUpTests
{
    [Theory]
    [InlineData(HarmonyDialect.OpenAI)]
    [InlineData(HarmonyDialect.OssHarmony)]
    public void WarmUp_EitherDialect_ChangesNoPrompt(HarmonyDialect dialect)
    {
        HarmonyEncoding encoding = HarmonyEncoding.For(dialect);
        Conversation chat = [Message.System(SystemContent.Default), Message.User("Hi")];
        int[] before = encoding.RenderForCompletion(chat);
        encoding.WarmUp();

        Assert.Equal(before, encoding.RenderForCompletion(chat));
    }
}
