using Harmony.Core.Json;

namespace Harmony.Core.Tests.Schemas;

public class SchemaPrinterTests
{
    [Theory]
    [InlineData("""{"type":"string"}""", "string")]
    [InlineData("""{"type":"integer"}""", "number")]
    [InlineData("""{"type":"number"}""", "number")]
    [InlineData("""{"type":"boolean"}""", "boolean")]
    [InlineData("""{"type":"null"}""", "any")]
    [InlineData("""{"type":5}""", "any")]
    [InlineData("""{}""", "any")]
    [InlineData("""true""", "any")]
    [InlineData("""{"anyOf":[{"type":"string"}]}""", "any")]
    [InlineData("""{"type":["integer","string","null"]}""", "number | string | null")]
    [InlineData("""{"type":[1,"string"]}""", "string")]
    [InlineData("""{"type":[]}""", "any")]
    [InlineData("""{"type":"array"}""", "Array<any>")]
    [InlineData("""{"type":"array","items":null}""", "any[]")]
    [InlineData("""{"type":"array","items":{"type":"array","items":{"type":"string"}}}""", "string[][]")]
    [InlineData("""{"type":"string","enum":["a","b\"c",1]}""", "\"a\" | \"b\"c\"")]
    [InlineData("""{"type":"string","enum":[1]}""", "string")]
    [InlineData("""{"type":"number","enum":["a"]}""", "number")]
    [InlineData("""{"type":"object"}""", "{\n}")]
    [InlineData("""{"type":"object","description":"d"}""", "// d\n{\n}")]
    public void Print_SmallSchema_IsTheType(string schema, string expected) =>
        Assert.Equal(expected, PrintedSchema.Print(schema));

    [Fact]
    public void Print_Object_CommentsAndMarksItsProperties()
    {
        const string Schema = """
            {"type":"object","required":["a"],"properties":{
              "a":{"type":"string","title":"T","description":"D1\nD2","examples":["x",1,"y"],"default":"v"},
              "b":{"type":"string","enum":["p","q"],"default":"q","nullable":true},
              "c":{"type":"object","properties":{"d":{"type":"number","default":1.0}},"default":null}}}
            """;
        const string Expected = """
            {
            // T
            //
            // D1
            D2
            // Examples:
            // - "x"
            // - "y"
            a: string, // default: "v"
            b?: "p" | "q" | null, // default: q
            c?: {
                d?: number, // default: 1.0
                }, // default: null
            }
            """;
        Assert.Equal(Lines(Expected), PrintedSchema.Print(Schema));
    }

    [Fact]
    public void Print_Union_ListsItsVariants()
    {
        const string Schema = """
            {"oneOf":[{"type":"string","description":"S","default":"a"},
              {"type":"number","nullable":true,"default":1e16},
              {"type":"string","enum":["x"],"default":"x"}]}
            """;
        Assert.Equal(
            "\n | string // S default: \"a\"\n | number | null // default: 1e16\n | \"x\" // default: \"x\"",
            PrintedSchema.Print(Schema));
    }

    [Fact]
    public void Print_UnionProperty_PrintsTheDescriptionOfPropertyOrVariant()
    {
        const string Schema = """
            {"type":"object","properties":{
              "u":{"description":"U","default":"d","oneOf":[
                {"type":"string","description":"first"},
                {"type":"string","enum":["e"],"description":"second","default":"e"}]},
              "v":{"description":"same","oneOf":[{"type":"string","description":"same"}]}}}
            """;
        const string Expected = """
            {
            // U
            // default: "d"
            u?:
             | string
             | "e" // second default: e
            ,
            v?:
             | string
            ,
            }
            """;
        Assert.Equal(Lines(Expected), PrintedSchema.Print(Schema));
    }

    [Fact]
    public void Print_NullableWhoseTypeSpellsNull_AddsNothing()
    {
        const string Schema =
            """{"type":"object","properties":{"a":{"type":["string","null"],"nullable":true}}}""";
        Assert.Equal("{\na?: string | null,\n}", PrintedSchema.Print(Schema));
    }

    [Fact]
    public void Print_RepeatedMember_TakesTheLastValueAtTheFirstPlace()
    {
        const string Schema = """
            {"type":"object",
              "properties":{"b":{"type":"string"},"a":{"type":"number"},"b":{"type":"boolean"}}}
            """;
        Assert.Equal("{\nb?: boolean,\na?: number,\n}", PrintedSchema.Print(Schema));
    }

    [Fact]
    public void Print_AtTheDepthLimit_DoesNotOverflowTheStack()
    {
        IEnumerable<string> levels = Enumerable.Repeat(
            "\"type\":\"array\",\"items\":{", JsonText.MaxDepth - 1);
        string json = "{" + string.Concat(levels) + new string('}', JsonText.MaxDepth);
        string expected = "any" + string.Concat(Enumerable.Repeat("[]", JsonText.MaxDepth - 1));
        string? printed = null;
        var thread = new Thread(() => printed = PrintedSchema.Print(json), 256 * 1024);
        thread.Start();
        thread.Join();
        Assert.Equal(expected, printed);
    }

    private static string Lines(string text) => text.ReplaceLineEndings("\n");
}
