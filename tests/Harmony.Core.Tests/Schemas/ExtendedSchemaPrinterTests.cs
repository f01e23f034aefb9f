using Harmony.Core.Json;

namespace Harmony.Core.Tests.Schemas;

public class ExtendedSchemaPrinterTests
{
    [Theory]
    [InlineData("""{}""", "any")]
    [InlineData("""true""", "any")]
    [InlineData("""false""", "never")]
    [InlineData("""5""", "any")]
    [InlineData("""{"type":"null"}""", "null")]
    [InlineData("""{"type":["integer","number","null"]}""", "number | null")]
    [InlineData("""{"type":[]}""", "any")]
    [InlineData("""{"type":"unknown"}""", "any")]
    [InlineData("""{"type":"string","nullable":true}""", "string | null")]
    [InlineData("""{"type":["string","null"],"nullable":true}""", "string | null")]
    [InlineData("""{"const":{"a":[1,null]}}""", """{"a":[1,null]}""")]
    [InlineData("""{"const":null,"nullable":true}""", "null")]
    [InlineData("""{"enum":["a","b\"c",1,1.50,true,null,[1],{"x":"y"}],"nullable":true}""",
        "\"a\" | \"b\\\"c\" | 1 | 1.5 | true | null | [1] | {\"x\":\"y\"}")]
    [InlineData("""{"enum":[1,1.0,1]}""", "1 | 1.0")]
    [InlineData("""{"enum":[]}""", "never")]
    [InlineData("""{"anyOf":[{"type":"string"},{"type":"null"}]}""", "string | null")]
    [InlineData("""{"anyOf":[{"type":"integer"},{"type":"number"}]}""", "number")]
    [InlineData("""{"anyOf":[]}""", "any")]
    [InlineData("""{"anyOf":[{"required":["a"]},{"required":["b"]}]}""", "any")]
    [InlineData("""{"oneOf":[{"type":"string"},{"type":"number"}]}""", "\n | string\n | number")]
    [InlineData("""{"anyOf":[{"type":"string","description":"S","default":"x"},{"type":"null"}]}""",
        "\n | string // S default: \"x\"\n | null")]
    [InlineData("""{"oneOf":[{"type":"null"},{"const":1,"description":"D"}]}""", "\n | null\n | 1 // D\n")]
    [InlineData("""{"oneOf":[{"type":"string","description":"A\nB"}]}""", "\n // A\n // B\n | string")]
    [InlineData("""{"allOf":[{"type":"string"}]}""", "string")]
    [InlineData("""{"allOf":[{"type":"string"},{"anyOf":[{"const":1},{"const":2}]},{"minLength":1}]}""",
        "string & (1 | 2)")]
    [InlineData("""{"type":"string","anyOf":[{"const":"a"},{"const":"b"}]}""", "string & (\"a\" | \"b\")")]
    [InlineData("""{"type":"object","anyOf":[{"required":["a"]}]}""", "{\n}")]
    [InlineData("""{"type":"array"}""", "Array<any>")]
    [InlineData("""{"type":"array","items":true}""", "any[]")]
    [InlineData("""{"items":{"type":"string"}}""", "string[]")]
    [InlineData("""{"type":"array","items":{"type":["string","number"]}}""", "(string | number)[]")]
    [InlineData("""{"type":"array","items":{"type":"string","nullable":true}}""", "(string | null)[]")]
    [InlineData("""{"type":"array","items":{"enum":["a"]}}""", "\"a\"[]")]
    [InlineData("""{"type":"array","items":{"allOf":[{"type":"string"},{"const":"a"}]}}""", "(string & \"a\")[]")]
    [InlineData("""{"type":"array","items":{"type":"array","items":{"enum":[1,2]}}}""", "(1 | 2)[][]")]
    [InlineData("""{"type":"array","items":{"oneOf":[{"const":1},{"const":2,"description":"D"}]}}""",
        "(\n | 1\n | 2 // D\n)[]")]
    [InlineData("""{"type":"array","items":{"type":"string","description":"One\ntag"}}""",
        "// One\n// tag\nstring[]")]
    [InlineData("""{"prefixItems":[{"type":"string"},{"enum":[1,2]}]}""", "[string, (1 | 2)]")]
    [InlineData("""{"type":"array","prefixItems":[{"type":"string"}],"items":false}""", "[string]")]
    [InlineData("""{"type":"array","prefixItems":[{"type":"string"}],"items":{"type":["number","null"]}}""",
        "[string, ...(number | null)[]]")]
    [InlineData("""{"type":"array","items":[{"type":"string"},true],"additionalItems":true}""",
        "[string, any, ...any[]]")]
    [InlineData("""{"type":"array","prefixItems":[]}""", "[]")]
    [InlineData("""{"type":"object","additionalProperties":false}""", "{\n}")]
    [InlineData("""{"type":"object","additionalProperties":true}""", "{\n[key: string]: any,\n}")]
    [InlineData("""{"additionalProperties":{"type":["string","null"],"description":"D"}}""",
        "{\n// D\n[key: string]: string | null,\n}")]
    [InlineData("""{"type":["object","null"],"properties":{"a":{}}}""", "{\na?: any,\n} | null")]
    [InlineData("""{"type":"object","description":"A\r\nB\n"}""", "// A\n// B\n{\n}")]
    public void Print_SmallSchema_IsTheType(string schema, string expected) =>
        Assert.Equal(expected, Print(schema));

    [Fact]
    public void Print_Object_StaysWithinItsCommentsAndQuotesKeys()
    {
        const string Schema = """
            {"type":"object","required":["a","b-c"],"additionalProperties":{"type":"number"},"properties":{
              "a":{"type":"string","title":"T1\nT2","description":"D1\nD2\u2028D3","examples":["x\ny",1,{"k":2}],
                "default":"v\"\n"},
              "b-c":{"enum":["p","q"],"default":"q"},
              "":{"const":1},"1x":{"const":1},"a\"b":{"const":1},"été_$9":{"const":1},
              "e":{"enum":["p","l\nm"],"default":"l\nm"},
              "d":{"description":"Only here.","type":"object","properties":{"e":{"type":"null"}},"default":null}}}
            """;
        const string Expected = """
            {
            // T1
            // T2
            //
            // D1
            // D2
            // D3
            // Examples:
            // - "x\ny"
            // - 1
            // - {"k":2}
            a: string, // default: "v\"\n"
            "b-c": "p" | "q", // default: q
            ""?: 1,
            "1x"?: 1,
            "a\"b"?: 1,
            été_$9?: 1,
            e?: "p" | "l\nm", // default: "l\nm"
            // Only here.
            d?: {
                e?: null,
                }, // default: null
            [key: string]: number,
            }
            """;
        Assert.Equal(Lines(Expected), Print(Schema));
    }

    [Fact]
    public void Print_PropertiesOfVariants_AreOneALineWhereCommented()
    {
        const string Schema = """
            {"type":"object","required":["u"],"properties":{
              "u":{"description":"U","default":"d","nullable":true,"oneOf":[
                {"type":"string","description":"first"},
                {"enum":["e"],"description":"second","default":"e"}]},
              "v":{"description":"same","oneOf":[{"type":"string","description":"same"},{"type":"null"}],
                "nullable":true},
              "w":{"anyOf":[{"type":"string"},{"type":"null"}],"default":null,"description":"W"}}}
            """;
        const string Expected = """
            {
            // U
            // default: "d"
            u:
             | string // first
             | "e" // second default: e
             | null
            ,
            // same
            v?:
             | string
             | null
            ,
            // W
            w?: string | null, // default: null
            }
            """;
        Assert.Equal(Lines(Expected), Print(Schema));
    }

    [Fact]
    public void Print_References_AreWrittenOutOnceAndNamedIfUsedAgain()
    {
        const string Schema = """
            {"type":"object","properties":{
              "home":{"$ref":"#/$defs/Address"},
              "work":{"$ref":"#/$defs/Address","description":"Where they work."},
              "kind":{"$ref":"#/definitions/a~1b%20c"},
              "kinds":{"type":"array","items":{"$ref":"#/definitions/a~1b%20c"}},
              "once":{"allOf":[{"$ref":"#/$defs/Once"}],"default":1},
              "lost":{"$ref":"#/$defs/Nothing"},
              "far":{"$ref":"https://example.com/schema"}},
             "$defs":{
              "Address":{"type":"object","description":"An address.","required":["city"],
                "properties":{"city":{"type":"string"}}},
              "Once":{"type":"integer","description":"Used once."}},
             "definitions":{"a/b c":{"enum":["x","y"]}}}
            """;
        const string Expected = """
            {
            // An address.
            home?: /* type Address = */ {
                city: string,
                },
            // Where they work.
            work?: Address,
            kind?: /* type a_b_c = */ ("x" | "y"),
            kinds?: a_b_c[],
            // Used once.
            once?: number, // default: 1
            lost?: any,
            far?: any,
            }
            """;
        Assert.Equal(Lines(Expected), Print(Schema));
    }

    [Fact]
    public void Print_Recursion_EndsAtTheName()
    {
        const string Tree = """
            {"$ref":"#/$defs/any","$defs":{
              "any":{"type":"object","properties":{
                "left":{"$ref":"#/$defs/any"},"right":{"anyOf":[{"$ref":"#/$defs/any"},{"type":"null"}]}}}}}
            """;
        Assert.Equal(
            "/* type any2 = */ {\nleft?: any2,\nright?: any2 | null,\n}", Print(Tree));
        Assert.Equal(
            "/* type My_list = */ {\nrest?: My_list,\n}",
            Print("""{"title":"My list","type":"object","properties":{"rest":{"$ref":"#"}}}"""));
        Assert.Equal("/* type Root = */ Root", Print("""{"$ref":"#"}"""));
        Assert.Equal(
            "/* type a = */ a",
            Print("""{"$ref":"#/$defs/a","$defs":{"a":{"$ref":"#/$defs/b"},"b":{"$ref":"#/$defs/a"}}}"""));
        Assert.Equal(
            "{\na?: string[],\nb?: /* type items = */ string,\n}",
            Print("""
                {"properties":{"a":{"items":{"type":"string"}},"b":{"$ref":"#/properties/a/items"}}}
                """));
    }

    [Fact]
    public void Print_AllOf_RequiresWhatAnyOfItsPartsDoes()
    {
        const string Schema = """
            {"allOf":[{"$ref":"#/$defs/Base"},{"properties":{"b":{"type":"object","properties":{"a":{}}}}}],
             "required":["a","b"],"$defs":{"Base":{"type":"object","properties":{"a":{},"c":{}}}}}
            """;
        Assert.Equal(
            "{\na: any,\nc?: any,\n} & {\nb: {\n    a?: any,\n    },\n}", Print(Schema));
    }

    [Fact]
    public void Print_ReferencesThatDoubleAtEachLevel_StayShort()
    {
        const string Level = """
            "dTHIS":{"type":["object","object"],"properties":{
              "a":{"$ref":"#/$defs/dNEXT"},"b":{"$ref":"#/$defs/dNEXT"}}}
            """;
        string json = Chain(30, Level, """ "d30":{"const":"end"} """);
        string printed = Print(json);
        Assert.Equal(1, Count(printed, "end"));
        Assert.Equal(1, Count(printed, "b?: d15,"));
        IEnumerable<string> opens = Enumerable.Repeat("""{"type":["object","object"],"properties":{"p":""", 80);
        string nested = string.Concat(opens) + "{}" + new string('}', 160);
        Assert.Equal(80, Count(Print(nested), "p?:"));
    }

    [Fact]
    public void Print_TenThousandLevels_DoesNotOverflowTheStack()
    {
        const int Levels = 10_000;
        string open = string.Concat(Enumerable.Repeat("{\"items\":", Levels));
        Assert.Throws<HarmonyJsonException>(() => JsonSchema.Parse(open + "{}" + new string('}', Levels)));

        // References nest deeper than JSON may: each of these has the next within.
        const string Level =
            """ "dTHIS":{"allOf":[{"anyOf":[{"items":{"$ref":"#/$defs/dNEXT"}},{"const":THIS}]}]} """;
        string json = Chain(Levels, Level, $$""" "d{{Levels}}":{} """);
        string printed = PrintWithLittleStack(json);
        Assert.StartsWith("(((", printed, StringComparison.Ordinal);
        Assert.Contains("(any[] | ", printed, StringComparison.Ordinal);
        Assert.EndsWith("[] | 1)[] | 0", printed, StringComparison.Ordinal);
    }

    [Fact]
    public void Print_AtTheDepthLimit_DoesNotOverflowTheStack()
    {
        string open = string.Concat(Enumerable.Repeat("{\"items\":", JsonText.MaxDepth - 1));
        string json = open + "{}" + new string('}', JsonText.MaxDepth - 1);
        Assert.Equal(
            "any" + string.Concat(Enumerable.Repeat("[]", JsonText.MaxDepth - 1)),
            PrintWithLittleStack(json));
    }

    [Theory]
    [InlineData("""{"type":"object"}""")]
    [InlineData("""
        {"type":"object","required":["a"],"properties":{
          "a":{"type":"string","title":"T","description":"D","examples":["x","y"],"default":"v"},
          "b":{"type":"string","enum":["p","q"],"default":"q","nullable":true},
          "l":{"type":"array","items":{"type":"array","items":{"type":"integer"}},"default":[1]},
          "m":{"type":"array"},
          "u":{"oneOf":[{"type":"string","default":"d"},{"type":"boolean","description":"B"}],"description":"U"},
          "c":{"type":"object","properties":{"d":{"type":["number","string"],"default":1.0}},"default":null}}}
        """)]
    public void Print_WhatTheReferenceSaysInFull_IsTheReferences(string schema) =>
        Assert.Equal(PrintedSchema.Print(schema), Print(schema));

    [Fact]
    public void Print_BuiltInTools_IsTheReferences()
    {
        foreach (ToolDescription tool in ToolNamespace.Browser.Tools)
        {
            Assert.Equal(
                PrintedSchema.Print(tool.Parameters!),
                PrintedSchema.Print(tool.Parameters!, SchemaStyle.Extended));
        }
    }

    /// <summary>Definitions each of which refers to the next.</summary>
    private static string Chain(int length, string level, string last)
    {
        IEnumerable<string> levels = Enumerable.Range(0, length).Select(i => level
            .Replace("THIS", $"{i}", StringComparison.Ordinal)
            .Replace("NEXT", $"{i + 1}", StringComparison.Ordinal));
        return "{\"$ref\":\"#/$defs/d0\",\"$defs\":{" + string.Join(',', levels) + "," + last + "}}";
    }

    private static string PrintWithLittleStack(string json)
    {
        string? printed = null;
        var thread = new Thread(() => printed = Print(json), 512 * 1024);
        thread.Start();
        thread.Join();
        return printed!;
    }

    private static string Print(string json) =>
        PrintedSchema.Print(json, SchemaStyle.Extended);

    private static int Count(string text, string part) =>
        text.Split(part, StringSplitOptions.None).Length - 1;

    private static string Lines(string text) => text.ReplaceLineEndings("\n");
}
