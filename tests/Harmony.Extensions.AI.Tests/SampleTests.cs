using System.Reflection;

namespace Harmony.Extensions.AI.Tests;

/// <summary>samples/ChatClient runs, without a model.</summary>
public sealed class SampleTests
{
    [Fact]
    public async Task ChatClient_Run_PrintsACallAndAnAnswer()
    {
        TextWriter console = Console.Out;
        using var output = new StringWriter();
        try
        {
            Console.SetOut(output);
            object? result = Assembly.Load("ChatClient").EntryPoint!.Invoke(null, [Array.Empty<string>()]);
            await ((result as Task) ?? Task.CompletedTask);
        }
        finally
        {
            Console.SetOut(console);
        }

        string printed = output.ToString();
        Assert.Contains("-> get_weather, city: Oslo\n<- rain in Oslo\n", printed, StringComparison.Ordinal);
        Assert.Contains("It rains in Oslo, so take an umbrella.", printed, StringComparison.Ordinal);
    }
}
