// Loads the sample server over sockets, with a scripted engine and clients in the same process, and prints a
// table. The first rows of each pace are the engine alone: the same turns, without HTTP. Arguments: the seconds
// for each row (10), then the numbers of streams at a time (1 16 64 256).
using System.Globalization;
using Harmony.Bpe;
using Harmony.Core;
using Harmony.Engines;
using ServerLoad;

const int Words = 200;
int seconds = args.Length > 0 ? int.Parse(args[0], CultureInfo.InvariantCulture) : 10;
int[] counts = args.Length > 1
    ? [.. args[1..].Select(static text => int.Parse(text, CultureInfo.InvariantCulture))]
    : [1, 16, 64, 256];

int[] completion = HarmonyEncoding.OpenAI.Encode(
    $"<|channel|>final<|message|>{string.Concat(Enumerable.Repeat(" word", Words))}<|return|>",
    EncodeOptions.AllSpecial);
Console.WriteLine(
    "| engine | streams | requests/s | ids/s | CPU for an id | first event p50 | p99 | between events p50 | p99 "
    + "| managed memory | resident |");
Console.WriteLine("| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |");
foreach (TimeSpan pace in (TimeSpan[])[TimeSpan.Zero, TimeSpan.FromMilliseconds(20)])
{
    string name = pace == TimeSpan.Zero ? "as fast as it can" : $"an id each {pace.TotalMilliseconds:0} ms";
    foreach (int count in counts)
    {
        Report(name + ", no HTTP", count, await EngineLoad.RunAsync(Engine(pace), count, seconds, completion.Length));
    }

    foreach (int count in counts)
    {
        Report(name, count, await HttpLoad.RunAsync(Engine(pace), count, seconds, completion.Length));
    }
}

ITokenGenerator Engine(TimeSpan pace)
{
    var scripted = new ScriptedTokenGenerator(_ => completion)
    {
        RecordsRequests = false,
        YieldsBetweenChunks = true,
    };
    return pace == TimeSpan.Zero ? scripted : new PacedEngine(scripted, pace);
}

static void Report(string name, int count, LoadResult result) => Console.WriteLine(string.Create(
    CultureInfo.InvariantCulture,
    $"| {name} | {count} | {result.RequestsPerSecond:N1} | {result.IdsPerSecond:N0} | {result.CpuPerId:N1} µs "
    + $"| {result.First(0.5):N1} ms | {result.First(0.99):N1} ms | {result.Between(0.5):N2} ms "
    + $"| {result.Between(0.99):N2} ms | {result.ManagedMegabytes:N0} MB | {result.ResidentMegabytes:N0} MB |"));
