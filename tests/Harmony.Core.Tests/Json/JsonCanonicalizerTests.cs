using System.Text;
using Harmony.Core.Json;

namespace Harmony.Core.Tests.Json;

/// <summary>Both ways of writing JSON in the reference's form: in one pass, and through a document.</summary>
public sealed class JsonCanonicalizerTests
{
    [Theory]
    [InlineData("""{ "a" : 1.0 , "b" : [ 1e2 , "x" , null , true ] }""", """{"a":1.0,"b":[100.0,"x",null,true]}""")]
    [InlineData("""{"a":1,"b":2,"a":3}""", """{"a":3,"b":2}""")]
    [InlineData("""{"a":1,"\u0061":{"b":[{}]}}""", """{"a":{"b":[{}]}}""")]
    [InlineData("""{"a":{"x":1},"b":{"x":2},"c":[{"x":3},{"x":4}]}""", """{"a":{"x":1},"b":{"x":2},"c":[{"x":3},{"x":4}]}""")]
    [InlineData("\"\\u00e9\\n\\/\\u0001\u007F\"", "\"é\\n/\\u0001\u007F\"")]
    [InlineData(" [ ] ", "[]")]
    public void Canonicalize_Json_WritesTheReferencesForm(string json, string expected) =>
        Assert.Equal(expected, Encoding.UTF8.GetString(JsonCanonicalizer.Canonicalize(Encoding.UTF8.GetBytes(json))));

    [Theory]
    [InlineData(63)]
    [InlineData(64)]
    [InlineData(65)]
    [InlineData(200)]
    public void Canonicalize_ManyMembers_KeepsTheLastOfRepeatedOnes(int count)
    {
        string members = string.Join(',', Enumerable.Range(0, count).Select(static i => $"\"m{i}\":{i}"));
        string others = members["\"m0\":0,".Length..];

        byte[] canonical = JsonCanonicalizer.Canonicalize(Encoding.UTF8.GetBytes($$"""{{{members}},"m0": -1}"""));

        Assert.Equal($$"""{"m0":-1,{{others}}}""", Encoding.UTF8.GetString(canonical));
    }

    [Theory]
    [InlineData("[1,]")]
    [InlineData("[1e999]")]
    [InlineData("[\"\\ud800\"]")]
    [InlineData("{\"\\ud800\":1}")]
    [InlineData("[1e999")]
    public void Canonicalize_WhatIsNoSchema_Throws(string json) => Assert.Throws<HarmonyJsonException>(
        () => JsonCanonicalizer.Canonicalize(Encoding.UTF8.GetBytes(json)));

    [Fact]
    public void Canonicalize_BytesThatAreNoUtf8_Throws() => Assert.Throws<HarmonyJsonException>(
        static () => JsonCanonicalizer.Canonicalize([(byte)'[', (byte)'"', 0xFF, (byte)'"', (byte)']']));
}
