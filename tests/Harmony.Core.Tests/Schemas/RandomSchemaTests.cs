using System.Text;

namespace Harmony.Core.Tests.Schemas;

/// <summary>Whatever a schema says, its type is well-formed: with comments and strings taken out, nothing of
/// its texts is left and every bracket is closed.</summary>
public class RandomSchemaTests
{
    private static readonly string[] Leaves =
    [
        "true", "{}", """{"type":"string"}""", """{"type":["integer","null"]}""", """{"$ref":"#"}""",
        """{"$ref":"#/$defs/A","description":"leaked ) text\n} more"}""", """{"$ref":"#/$defs/B"}""",
        """{"enum":["leaked ( \" text",1,null]}""", """{"const":{"leaked [":1}}""",
        """{"oneOf":[{"const":1,"default":"leaked ( \n"},{"const":2,"description":"leaked )\r\ntext\u2029("}]}""",
        """{"type":"string","title":"leaked { \n text","enum":["a"],"default":"leaked \n ]","nullable":true}""",
        """{"anyOf":[{"type":"null","description":"leaked"},{"const":"*/ leaked // ("}],"nullable":true}""",
    ];

    private static readonly string[] Shapes =
    [
        """{"type":"array","items":X}""", """{"prefixItems":[X,Y],"items":Z}""", """{"allOf":[X,Y]}""",
        """{"anyOf":[X,Y],"description":"leaked ( text"}""", """{"oneOf":[X,Y]}""",
        """{"type":"object","properties":{"a":X,"leaked }":Y},"required":["a"],"additionalProperties":Z}""",
        """{"type":["array","object"],"items":X,"properties":{"b":Y},"anyOf":[Z,{}]}""",
        """{"$ref":"#/$defs/A","type":"object","properties":{"c":X}}""",
    ];

    [Fact]
    public void Print_RandomSchemas_AreWellFormedTypes()
    {
        var random = new Random(1);
        for (int i = 0; i < 3_000; i++)
        {
            string root = Make(random, 4);
            string json = root.Length > 4 && i % 4 > 0
                ? $$"""{{root[..^1]}},"$defs":{"A":{{Make(random, 3)}},"B":{{Make(random, 2)}} } }"""
                : root;
            string printed = PrintedSchema.Print(json, SchemaStyle.Extended);
            string bare = WithoutTexts(printed);
            Assert.False(bare.Contains("leaked", StringComparison.Ordinal), json + "\n" + printed);
            Assert.True(IsBalanced(bare), json + "\n" + printed);
        }
    }

    [Theory]
    [InlineData("a // ( [\n{ \"}\\\"\" } /* ( */", "a \n{  } ")]
    [InlineData("\"//\" (", " (")]
    public void WithoutTexts_Type_KeepsWhatIsNoText(string type, string expected) =>
        Assert.Equal(expected, WithoutTexts(type));

    private static string Make(Random random, int depth)
    {
        if (depth == 0 || random.Next(4) == 0)
        {
            return random.GetItems(Leaves, 1)[0];
        }

        string shape = random.GetItems(Shapes, 1)[0];
        var made = new StringBuilder();
        foreach (char c in shape)
        {
            made.Append(c is 'X' or 'Y' or 'Z' ? Make(random, depth - 1) : c.ToString());
        }

        return made.ToString();
    }

    private static string WithoutTexts(string type)
    {
        var bare = new StringBuilder();
        for (int i = 0; i < type.Length; i++)
        {
            if (type[i] == '"')
            {
                for (i++; type[i] != '"'; i++)
                {
                    i += type[i] == '\\' ? 1 : 0;
                }
            }
            else if (string.CompareOrdinal(type, i, "/*", 0, 2) == 0)
            {
                i = type.IndexOf("*/", i, StringComparison.Ordinal) + 1;
            }
            else if (string.CompareOrdinal(type, i, "//", 0, 2) == 0)
            {
                int end = type.AsSpan(i).IndexOfAny("\n\r\u2028\u2029");
                Assert.True(end > 0, type);
                i += end - 1;
            }
            else
            {
                bare.Append(type[i]);
            }
        }

        return bare.ToString();
    }

    private static bool IsBalanced(string bare)
    {
        var open = new Stack<char>();
        foreach (char c in bare)
        {
            int at = "([{".IndexOf(c, StringComparison.Ordinal);
            if (at >= 0)
            {
                open.Push(")]}"[at]);
            }
            else if (")]}".Contains(c, StringComparison.Ordinal) && (open.Count == 0 || open.Pop() != c))
            {
                return false;
            }
        }

        return open.Count == 0;
    }
}
