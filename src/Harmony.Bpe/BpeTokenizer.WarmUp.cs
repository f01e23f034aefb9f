using System.Text;
using Harmony.Bpe.Engine;

namespace Harmony.Bpe;

public sealed partial class BpeTokenizer
{
    /// <summary>Makes the first calls of a process as fast as later ones: compiles the code that they need
    /// and touches the vocabulary. Call it when a server starts, before it reports that it is
    /// ready.</summary>
    /// <remarks>Takes tens of milliseconds under the JIT, a few otherwise. Without it, a process's first
    /// short texts are encoded by simpler code while another thread compiles. Thread-safe; calling it again
    /// is harmless.</remarks>
    public void WarmUp()
    {
        BatchCompilation.Run();
        string text = BatchCompilation.SampleText();
        byte[] utf8 = Encoding.UTF8.GetBytes(text);
        var room = new int[utf8.Length];
        var decoder = new Utf8StreamDecoder(this);

        // The first round compiles, the second runs the code that it compiled. A tokenizer may have any word
        // of the text as a special token: as ordinary text none is refused.
        for (int round = 0; round < 2; round++)
        {
            int[] ids = Encode(text, EncodeOptions.Ordinary);
            Encode(text, room, out _, out _, EncodeOptions.Ordinary);
            Count(text, EncodeOptions.Ordinary);
            Encode(utf8, EncodeOptions.Ordinary);
            Encode(utf8, room, out _, out _, EncodeOptions.Ordinary);
            Count(utf8, EncodeOptions.Ordinary);
            Decode(ids);
            DecodeBytes(ids);
            foreach (int id in ids)
            {
                decoder.Append(id);
            }

            decoder.Flush();
        }
    }
}
