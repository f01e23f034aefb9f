using System.Text;
using Harmony.Bpe;
using Harmony.Fuzz.Inputs;

namespace Harmony.Fuzz.Targets;

/// <summary>Any ids: all ways to decode agree, and what is no token is refused where it stands.</summary>
internal sealed class DecodeTarget : IFuzzTarget
{
    private static readonly BpeTokenizer Tokenizer = BpeTokenizer.O200kHarmony;

    public string Name => "decode";

    public void Run(FuzzCase one)
    {
        int[] ids = IdMaker.Next(one, maxLength: 2_000);
        one.Note("ids", ids);
        int unknown = Array.FindIndex(ids, static id => !Tokenizer.TryGetTokenBytes(id, out _));
        try
        {
            byte[] bytes = Tokenizer.DecodeBytes(ids);
            FuzzException.ThrowUnless(unknown < 0, "an unknown id was decoded");
            FuzzException.ThrowUnless(Tokenizer.GetDecodedLength(ids) == bytes.Length, "decoded length");
            FuzzException.ThrowUnless(Tokenizer.Decode(ids) == Encoding.UTF8.GetString(bytes), "decoded text");
            FuzzException.ThrowUnless(Stream(ids) == Encoding.UTF8.GetString(bytes), "streamed text");
            FuzzException.ThrowUnlessEqual<byte>(bytes, InSmallRooms(one, ids), "in small rooms");
        }
        catch (UnknownTokenException e)
        {
            FuzzException.ThrowUnless(e.Index == unknown, $"refused at {e.Index}, not at {unknown}");
        }
    }

    private static string Stream(int[] ids)
    {
        var decoder = new Utf8StreamDecoder(Tokenizer);
        var text = new StringBuilder();
        foreach (int id in ids)
        {
            text.Append(decoder.AppendText(id));
        }

        return text.Append(Encoding.UTF8.GetString(decoder.Flush())).ToString();
    }

    private static byte[] InSmallRooms(FuzzCase one, int[] ids)
    {
        var bytes = new List<byte>();
        var room = new byte[Tokenizer.MaxTokenLength + one.Random.Next(100)];
        for (int start = 0; start < ids.Length;)
        {
            Tokenizer.Decode(ids.AsSpan(start), room, out int consumed, out int written);
            FuzzException.ThrowUnless(consumed > 0, "no id was decoded although there was room for one");
            bytes.AddRange(room.AsSpan(0, written));
            start += consumed;
        }

        return [.. bytes];
    }
}
