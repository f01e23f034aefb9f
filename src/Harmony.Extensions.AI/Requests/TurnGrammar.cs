using System.Text;

namespace Harmony.Extensions.AI.Requests;

/// <summary>Writes grammars of whole turns, in GBNF. A grammar that began with the answer would leave the
/// model no header to write, and the turn would be none.</summary>
internal static class TurnGrammar
{
    private const string Json = """

        text ::= ([^<] | "<" [^|])*
        value ::= object | array | string | number | ("true" | "false" | "null") ws
        object ::= "{" ws (string ":" ws value ("," ws string ":" ws value)*)? "}" ws
        array ::= "[" ws (value ("," ws value)*)? "]" ws
        string ::= "\"" ([^"\\\x7F\x00-\x1F] | "\\" (["\\bfnrt/] | "u" [0-9a-fA-F]{4}))* "\"" ws
        number ::= "-"? ("0" | [1-9] [0-9]{0,15}) ("." [0-9]+)? ([eE] [-+]? [0-9]+)? ws
        ws ::= [ \t\n]{0,20}

        """;

    /// <summary>Returns a grammar of reasoning, and then a call or an answer.</summary>
    /// <param name="functions">The identifiers of the functions that may be called.</param>
    /// <param name="mayAnswer">Whether the turn may be an answer: any JSON value.</param>
    public static string Create(IEnumerable<string> functions, bool mayAnswer)
    {
        var grammar = new StringBuilder("""
            root ::= ("<|channel|>analysis<|message|>" text "<|end|><|start|>assistant")? (
            """);
        grammar.Append(mayAnswer ? "answer" : "");
        string[] names = [.. functions];
        grammar.Append(names.Length == 0 ? ")" : mayAnswer ? " | call)" : "call)");
        if (mayAnswer)
        {
            grammar.Append('\n').Append("""answer ::= "<|channel|>final<|message|>" ws value""");
        }

        if (names.Length > 0)
        {
            grammar.Append('\n').Append("""
                call ::= (channel to | to channel) " <|constrain|>json<|message|>" object
                channel ::= "<|channel|>commentary"
                """);
            grammar.Append('\n').Append("""to ::= " to=functions." (""");
            grammar.AppendJoin(" | ", names.Select(static name => $"\"{name}\"")).Append(')');
        }

        return grammar.Append(Json).ToString();
    }
}
