using System.Text.Json;

namespace Harmony.Core.Tests.Model;

public class ToolNamespaceCollectionTests
{
    [Fact]
    public void Keys_AnyOrderOfInsertion_AreInCodePointOrder()
    {
        // U+FFFD is the smaller code point, but the surrogates of U+10000 are the smaller chars.
        string[] keys = ["\uFFFD", "\U00010000", "a", "", "ab", "B"];
        ToolNamespaceCollection tools = [.. keys.Select(static key => new ToolNamespace(key))];
        Assert.Equal(["", "B", "a", "ab", "\uFFFD", "\U00010000"], tools.Keys.ToArray());
        Assert.All(keys, key => Assert.True(tools.TryGet(key, out _)));
        Assert.False(tools.TryGet("b", out _));
    }

    [Fact]
    public void With_SameKey_ReplacesAndLeavesTheOriginal()
    {
        ToolNamespaceCollection before = [new ToolNamespace("a"), new ToolNamespace("b")];
        ToolNamespaceCollection after = before.With(new ToolNamespace("a") { Description = "new" });
        Assert.Null(before.Values[0].Description);
        Assert.Equal("new", after.Values[0].Description);
        Assert.Equal(2, after.Count);
        Assert.NotEqual(before, after);
        Assert.Equal(before, after.With(new ToolNamespace("a")));
        Assert.Equal(before.GetHashCode(), after.With(new ToolNamespace("a")).GetHashCode());
    }

    [Theory]
    [InlineData("browser")]
    [InlineData("python")]
    public void GetBuiltIn_KnownName_HasTheReferencesTexts(string name)
    {
        string texts = File.ReadAllText(GoldenFile.PathOf("built-in-tools.json"));
        using JsonDocument expected = JsonDocument.Parse(texts);
        string json = $$"""{"op":"get_tool_namespace_config","tool":"{{name}}"}""";
        using JsonDocument request = JsonDocument.Parse(json);
        using JsonDocument response = JsonDocument.Parse(
            $$"""{"config":{{expected.RootElement.GetProperty(name).GetRawText()}}}""");
        Assert.Null(JsonComparison.Find(response.RootElement, GoldenCases.Execute(request.RootElement)));
    }

    [Fact]
    public void GetBuiltIn_UnknownName_IsRefused()
    {
        Assert.False(ToolNamespace.TryGetBuiltIn("functions", out _));
        var e = Assert.Throws<HarmonyValueException>(() => ToolNamespace.GetBuiltIn("functions"));
        Assert.Equal("functions", e.Value);
    }
}
