namespace Harmony.Core.Tests.Model;

public class ToolNameMapTests
{
    private static readonly string[] Parts =
        ["a", "B", "7", "_", "-", ".", "/", " ", "get", "文", "🙂", "\uD800", "\uDC00", "é", "\n"];

    [Theory]
    [InlineData("get_weather", "get_weather")]
    [InlineData("_x9", "_x9")]
    [InlineData("delete", "delete")]
    [InlineData("get-weather", "get_weather")]
    [InlineData("mcp.server/get weather!", "mcp_server_get_weather")]
    [InlineData("3d_print", "_3d_print")]
    [InlineData("天気", "tool")]
    [InlineData("", "tool")]
    public void GetIdentifier_OneName_IsWhatIsLeftOfIt(string name, string expected) =>
        Assert.Equal(expected, ToolNameMap.Create(name).GetIdentifier(name));

    [Fact]
    public void Create_NamesThatCollide_AllButTheIdentifierGetTheirHash()
    {
        ToolNameMap map = ToolNameMap.Create("a-b", "a_b", "a.b", "c-d");
        Assert.Equal("a_b", map.GetIdentifier("a_b"));
        Assert.Equal("c_d", map.GetIdentifier("c-d"));

        // Written down, so that they stay what they are from one version to the next.
        Assert.Equal("a_b_d44362d6", map.GetIdentifier("a-b"));
        Assert.Equal("a_b_2e7336dc", map.GetIdentifier("a.b"));
    }

    [Fact]
    public void Create_LongNames_AreCutAndStayApart()
    {
        string one = new('x', 65);
        string other = new('x', 66);
        ToolNameMap map = ToolNameMap.Create(one, other, new string('y', 64));
        Assert.StartsWith(new string('x', 55) + "_", map.GetIdentifier(one), StringComparison.Ordinal);
        Assert.Equal(ToolNameMap.MaxLength, map.GetIdentifier(one).Length);
        Assert.NotEqual(map.GetIdentifier(one), map.GetIdentifier(other));
        Assert.Equal(new string('y', 64), map.GetIdentifier(new string('y', 64)));
    }

    [Fact]
    public void Create_HashThatIsTaken_TakesAnother()
    {
        string taken = ToolNameMap.Create("a-b", "a.b").GetIdentifier("a-b");
        ToolNameMap map = ToolNameMap.Create("a-b", "a.b", taken);
        Assert.Equal(taken, map.GetIdentifier(taken));
        Assert.NotEqual(taken, map.GetIdentifier("a-b"));
        Assert.True(map.TryGetName(map.GetIdentifier("a-b"), out string? name));
        Assert.Equal("a-b", name);
    }

    [Fact]
    public void Create_RandomNames_AreReversibleInAnyOrder()
    {
        var random = new Random(1);
        for (int i = 0; i < 500; i++)
        {
            string[] names =
            [
                .. Enumerable.Range(0, random.Next(40))
                    .Select(_ => string.Concat(random.GetItems(Parts, random.Next(5)))),
            ];
            ToolNameMap map = ToolNameMap.Create(names);
            string[] identifiers = [.. names.Select(map.GetIdentifier)];
            random.Shuffle(names.AsSpan());
            ToolNameMap shuffled = ToolNameMap.Create(names);
            Assert.Equal(names.Distinct(StringComparer.Ordinal).Count(), identifiers.Distinct().Count());
            foreach (string name in names)
            {
                string identifier = shuffled.GetIdentifier(name);
                Assert.Contains(identifier, identifiers);
                Assert.Matches("^[A-Za-z_][A-Za-z0-9_]{0,63}$", identifier);
                Assert.True(map.TryGetName(identifier, out string? back));
                Assert.Equal(name, back);
            }
        }
    }

    [Fact]
    public void TryGetNameOfRecipient_CallOfAMappedTool_FindsIt()
    {
        ToolNameMap map = ToolNameMap.Create("files/read");
        Assert.True(map.TryGetNameOfRecipient("functions.files_read", out string? name));
        Assert.Equal("files/read", name);
        Assert.True(map.TryGetNameOfRecipient("mcp.files_read", out name, "mcp"));
        Assert.Equal("files/read", name);
        Assert.True(map.TryGetNameOfRecipient("files_read", out name));
        Assert.Equal("files/read", name);
        string?[] others =
        [
            null, "", "functions", "functions.", "functions.files/read", "mcp.x", "mcp.files_read",
            "xunctions.files_read", "functionsxfiles_read", "functions.functions.files_read", "files/read",
        ];
        Assert.All(others, other => Assert.False(map.TryGetNameOfRecipient(other, out _)));
    }

    [Fact]
    public void Apply_Namespace_IsRevertible()
    {
        ToolNamespace tools = ToolNamespace.Functions(
            new ToolDescription("a b", "one", JsonSchema.Parse("{}")), new ToolDescription("a-b", "two"));
        ToolNameMap map = ToolNameMap.Create(tools);
        ToolNamespace applied = map.ToIdentifiers(tools);
        Assert.All(applied.Tools, static tool => Assert.Matches("^a_b_[0-9a-f]{8}$", tool.Name));
        Assert.Equal("one", applied.Tools[0].Description);
        Assert.Equal(tools, map.ToNames(applied));
        Assert.Throws<HarmonyValueException>(() => map.ToIdentifiers(applied));
        Assert.Throws<HarmonyValueException>(() => map.ToNames(tools));
    }
}
