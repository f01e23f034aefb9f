using System.Text;

namespace Harmony.Core.Tests.Schemas;

/// <summary>A target is printed once, however the references to it are spelled and wherever it is.</summary>
public class SchemaReferencesTests
{
    /// <summary>Two spellings of a pointer to one target.</summary>
    public static TheoryData<string, string, string> Spellings => new()
    {
        { "AA", "#/$defs/AA", "#/$defs/%41A" },
        { "AA", "#/$defs/A%41", "#/%24defs/%41%41" },
        { "a/b", "#/$defs/a~1b", "#/$defs/a%7E1b" },
        { "~1", "#/$defs/~01", "#/$defs/%7e01" },
        { "é", "#/$defs/é", "#/$defs/%C3%A9" },
        { "a b", "#/$defs/a b", "#/$defs/a%20b" },
    };

    public static TheoryData<string, string> Targets => new()
    {
        { "#/prefixItems/0", "string" },
        { "#/prefixItems/1", "any" },
        { "#/prefixItems/00", "any" },
        { "#/prefixItems/-1", "any" },
        { "#/prefixItems/+0", "any" },
        { "#/prefixItems/", "any" },
        { "#/$defs/~01", "number" },
        { "#/$defs/~1", "boolean" },
        { "#/$defs/~0", "null" },
        { "#/$defs/", "\"empty\"" },
        { "#/$defs/a%2Fb", "any" },
        { "#/$defs/n%2Fm", "\"nested\"" },
        { "#/$defs/%", "\"percent\"" },
        { "#nowhere", "any" },
        { "$defs/a", "any" },
        { "#/$defs/~0/type/x", "any" },
    };

    /// <summary>References that double at each level: most of them without any circle.</summary>
    public static TheoryData<string, string> Doublings => new()
    {
        { "definitions", """{"properties":{"a":{"$ref":"#/$defs/dNEXT"},"b":{"$ref":"#/$defs/dNEXT"}}}""" },
        { "two spellings", """{"properties":{"a":{"$ref":"#/$defs/dNEXT"},"b":{"$ref":"#/$defs/%64NEXT"}}}""" },
        { "each used once", """
            {"properties":{"x":{"properties":{"y":{"$ref":"#/$defs/dNEXT"}}},
             "z":{"$ref":"#/$defs/dTHIS/properties/x"}}}
            """ },
        { "each used once, the part first", """
            {"properties":{"z":{"$ref":"#/$defs/dTHIS/properties/x"},
             "x":{"properties":{"y":{"$ref":"#/$defs/dNEXT"}}}}}
            """ },
        { "part of a definition", """
            {"properties":{"x":{"properties":{"y":{"$ref":"#/$defs/dNEXT/properties/x"}}},
             "z":{"$ref":"#/$defs/dTHIS/properties/x"}}}
            """ },
        { "all of", """{"allOf":[{"$ref":"#/$defs/dNEXT"},{"$ref":"#/$defs/%64NEXT"}]}""" },
        { "any of", """
            {"anyOf":[{"items":{"$ref":"#/$defs/dNEXT"}},{"prefixItems":[{"$ref":"#/$defs/%64NEXT"}]}]}
            """ },
        { "types", """
            {"type":["object","array"],"properties":{"a":{"$ref":"#/$defs/dNEXT"}},"items":{"$ref":"#/%24defs/dNEXT"}}
            """ },
        { "a circle", """{"properties":{"a":{"$ref":"#/$defs/dNEXT"},"b":{"$ref":"#/$defs/%64THIS"}}}""" },
        { "through the definitions", """{"properties":{"a":{"$ref":"#/$defs"},"b":{"$ref":"#/$defs/%64NEXT"}}}""" },
    };

    [Theory]
    [MemberData(nameof(Spellings))]
    public void Print_OneTargetSpelledInTwoWays_IsPrintedOnce(string key, string one, string other)
    {
        string printed = Print($$"""
            {"properties":{"a":{"$ref":"{{one}}"},"b":{"$ref":"{{other}}"} },
             "$defs":{"{{key}}":{"type":"object","properties":{"again":{"$ref":"{{other}}"} } } } }
            """);
        Assert.Equal(1, Count(printed, " = */ {"));
        Assert.Equal(1, Count(printed, "again?: "));
        Assert.Equal(0, Count(printed, "any"));
    }

    [Theory]
    [MemberData(nameof(Targets))]
    public void Print_Pointer_GivesItsTarget(string reference, string expected)
    {
        string printed = Print($$"""
            {"prefixItems":[{"type":"string"}],"items":{"$ref":"{{reference}}"},
             "$defs":{"~1":{"type":"number"},"/":{"type":"boolean"},"~":{"type":"null"},"":{"const":"empty"},
              "n":{"m":{"const":"nested"} },"%":{"const":"percent"},"a":{"type":"string"} } }
            """);
        string bare = System.Text.RegularExpressions.Regex.Replace(printed, @"/\*.*?\*/ ", "");
        Assert.Equal($"[string, ...{expected}[]]", bare);
    }

    [Fact]
    public void Print_TheIssuesSchema_IsShort()
    {
        const string Schema = """
            {"$defs":{"AA":{"properties":{"x":{"$ref":"#/$defs/AA"},"y":{"$ref":"#/$defs/%41A"}}}},"$ref":"#/$defs/A%41"}
            """;
        Assert.Equal("/* type AA = */ {\nx?: AA,\ny?: AA,\n}", Print(Schema));
    }

    [Theory]
    [MemberData(nameof(Doublings))]
    public void Print_ReferencesThatDouble_GrowWithTheSchema(string what, string level)
    {
        const int Levels = 40;
        var json = new StringBuilder("""{"$ref":"#/$defs/d0","$defs":{""");
        for (int i = 0; i < Levels; i++)
        {
            json.Append("\"d").Append(i).Append("\":")
                .Append(level.Replace("THIS", $"{i}", StringComparison.Ordinal)
                    .Replace("NEXT", $"{i + 1}", StringComparison.Ordinal))
                .Append(',');
        }

        string schema = json.Append(""" "d40":{"properties":{"x":{"const":"end"}}}}} """).ToString();

        // Lines are indented by how deep they are, so that it is more than the schema, but nothing like 2^40.
        string printed = Print(schema);
        Assert.True(printed.Length < 40 * schema.Length, $"{what}: {printed.Length}");
    }

    [Fact]
    public void Print_ManyTargetsOfOneName_NamesThemInOrder()
    {
        const int Many = 20_000;
        string definitions = string.Join(',', Enumerable.Range(0, Many).Select(
            static i => $"\"{(char)(0x4E00 + i)}\":{{\"type\":\"object\"}}"));
        string uses = string.Join(',', Enumerable.Range(0, Many).Select(static i =>
            $"\"p{i}\":{{\"prefixItems\":[{{\"$ref\":\"#/$defs/{(char)(0x4E00 + i)}\"}},{{\"$ref\":\"#/$defs/{(char)(0x4E00 + i)}\"}}]}}"));
        string printed = PrintedSchema.Print($"{{\"properties\":{{{uses}}},\"$defs\":{{{definitions}}}}}",
            SchemaStyle.Extended);
        Assert.Contains($"[/* type Type{Many} = */ {{\n    }}, Type{Many}]", printed, StringComparison.Ordinal);
    }

    /// <summary>Each of these would take the square of its length if a list were searched for each of its
    /// items.</summary>
    [Theory]
    [InlineData("""{"$ref":"#/$defs/Big"}""", """ "Big":{MEMBERS} """)]
    [InlineData("""{"$ref":"#/$defs/list/THIS"}""", """ "list":[ITEMS] """)]
    [InlineData("""{"$ref":"#/$defs/Big/mTHIS"}""", """ "Big":{MEMBERS} """)]
    public void Print_ManyReferencesIntoALongList_SearchItOnce(string property, string definition)
    {
        const int Many = 30_000;
        string properties = string.Join(',', Enumerable.Range(0, Many).Select(
            i => $"\"p{i}\":" + property.Replace("THIS", $"{i}", StringComparison.Ordinal)));
        string members = string.Join(',', Enumerable.Range(0, Many).Select(
            static i => $$"""
                "m{{i}}":{"const":{{i}}}
                """));
        string items = string.Join(',', Enumerable.Range(0, Many).Select(static i => $$"""{"const":{{i}}}"""));
        definition = definition.Replace("MEMBERS", members, StringComparison.Ordinal)
            .Replace("ITEMS", items, StringComparison.Ordinal);
        string printed = PrintedSchema.Print($"{{\"properties\":{{{properties}}},\"$defs\":{{{definition}}}}}",
            SchemaStyle.Extended);
        Assert.Equal(Many, Count(printed, "?: "));
    }

    [Fact]
    public void Print_ManyPartsThatRequire_RequireTogether()
    {
        const int Many = 30_000;
        string parts = string.Join(',', Enumerable.Range(0, Many).Select(
            static i => $$"""{"required":["p{{i}}","p{{i}}"]}"""));
        string properties = string.Join(',', Enumerable.Range(0, Many + 1).Select(
            static i => $$"""
                "p{{i}}":{}
                """));
        string printed = Print($$"""{"properties":{ {{properties}} },"allOf":[{{parts}}]}""");
        Assert.Equal(Many, Count(printed, ": any,") - Count(printed, "?: any,"));
        Assert.Contains($"p{Many}?: any,", printed, StringComparison.Ordinal);
    }

    [Fact]
    public void Print_Required_EndsWithItsSchema()
    {
        const string Schema = """
            {"properties":{"a":{}},"anyOf":[
              {"required":["a"],"properties":{"a":{},"b":{}}},{"properties":{"a":{},"b":{}},"required":["b"]}]}
            """;
        Assert.Equal(
            "{\na?: any,\n} & ({\na: any,\nb?: any,\n} | {\na?: any,\nb: any,\n})", Print(Schema));
    }

    [Theory]
    [InlineData("""{"$ref":"#/$defs/a"}""", "D")]
    [InlineData("""{"allOf":[{"$ref":"#/$defs/b"}]}""", "D")]
    [InlineData("""{"$ref":"#/$defs/loop"}""", null)]
    [InlineData("""{"$ref":"#/$defs/a","description":"own"}""", "own")]
    public void Print_DescriptionThroughReferences_IsTheFirst(string property, string? expected)
    {
        string printed = Print($$$"""
            {"properties":{"x":{{{property}}},"y":{{{property}}} },"$defs":{"a":{"allOf":[{"$ref":"#/$defs/b"}]},
             "b":{"description":"D","type":"string"},"loop":{"$ref":"#/$defs/pool"},"pool":{"$ref":"#/$defs/loop"} } }
            """);
        Assert.Equal(expected is null ? 0 : 2, Count(printed, $"// {expected}\n"));
    }

    /// <summary>Longer chains than the stack would hold as calls.</summary>
    [Fact]
    public void Print_LongChainOfReferences_FindsTheDescriptionAtItsEnd()
    {
        const int Links = 20_000;
        string links = string.Join(',', Enumerable.Range(0, Links).Select(
            static i => $$"""
                "c{{i}}":{"$ref":"#/$defs/c{{i + 1}}"}
                """));
        string json = $$$"""
            {"properties":{"x":{"$ref":"#/$defs/c0"} },"$defs":{ {{{links}}},"c{{{Links}}}":{"description":"end"} } }
            """;
        string? printed = null;
        var thread = new Thread(() => printed = Print(json), 256 * 1024);
        thread.Start();
        thread.Join();
        Assert.Equal("{\n// end\nx?: any,\n}", printed);
    }

    private static string Print(string json) =>
        PrintedSchema.Print(json, SchemaStyle.Extended);

    private static int Count(string text, string part) =>
        text.Split(part, StringSplitOptions.None).Length - 1;
}
