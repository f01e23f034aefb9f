namespace Harmony.Core.Parsing;

/// <summary>Decides what bare words mean, once the whole header has been read.</summary>
internal sealed partial class ResilientHeaderReader
{
    private void AddBareWord(ReadOnlySpan<char> word)
    {
        ref BareWords words = ref _draft.HasRecipientPrefix ? ref _draft.BareAfterRecipient : ref _draft.Bare;
        words.Add(new HeaderWord(_part, _charIndex, word.Length));
    }

    /// <summary>Decides what the bare words are. If the header has a recipient with its prefix, none of them
    /// is a recipient. If not, a single word may be the recipient, or the first of two if the second is a
    /// content type; but a message on <c>final</c> is the user's answer and calls nothing.</summary>
    private void ResolveBareWords()
    {
        if (_draft.BareAfterRecipient.Count > 0)
        {
            ReadWordsAfterRecipient();
        }

        if (_draft.Bare.Count == 0)
        {
            return;
        }

        ReadOnlySpan<char> first = TextOf(_draft.Bare.First);
        _part = _draft.Bare.First.Part;
        bool isAlone = _draft.Bare.Count == 1;
        bool lacksType = _draft.ContentType is null;
        if (_draft.HasRecipientPrefix)
        {
            bool isType = isAlone && lacksType && KnownWords.IsContentType(first);
            Note(isAlone && IsTool(first)
                ? HarmonyDiagnostic.RepeatedRecipient
                : HarmonyDiagnostic.UnexpectedWords);
            _draft.ContentType = isType ? _words.ToString(first) : _draft.ContentType;
        }
        else if ((isAlone || IsBeforeContentType()) && MayBeRecipient(first))
        {
            Note(HarmonyDiagnostic.BareRecipient);
            _draft.Recipient = _words.ToString(first);
            _draft.ContentType = isAlone ? _draft.ContentType : _words.ToString(TextOf(_draft.Bare.Second));
        }
        else if (isAlone && lacksType && !IsTool(first))
        {
            _draft.ContentType = _words.ToString(first);
        }
        else
        {
            Note(HarmonyDiagnostic.UnexpectedWords);
        }
    }

    private void ReadWordsAfterRecipient()
    {
        ReadOnlySpan<char> word = TextOf(_draft.BareAfterRecipient.First);
        _part = _draft.BareAfterRecipient.First.Part;
        if (_draft.BareAfterRecipient.Count > 1 || _draft.ContentType is not null)
        {
            Note(HarmonyDiagnostic.UnexpectedWords);
        }
        else if (IsTool(word))
        {
            Note(HarmonyDiagnostic.RepeatedRecipient);
        }
        else
        {
            _draft.ContentType = _words.ToString(word);
        }
    }

    /// <summary>Whether there are two bare words, and the second is the header's only content type.</summary>
    private bool IsBeforeContentType() =>
        _draft is { Bare.Count: 2, ContentType: null } && KnownWords.IsContentType(TextOf(_draft.Bare.Second));

    /// <summary>Whether a bare word may be the recipient: a tool's name, or on <c>commentary</c>, if the
    /// tools are not known, any name, as the reference reads it.</summary>
    private bool MayBeRecipient(ReadOnlySpan<char> word) =>
        _draft.Channel != Channels.Final
        && (IsTool(word)
            || (_draft.Channel == Channels.Commentary && !_context.Router.KnowsTools
                && HeaderSpelling.IsName(word) && !KnownWords.IsContentType(word)));

    private bool IsTool(ReadOnlySpan<char> word) =>
        _context.Router.IsToolName(word) && !KnownWords.IsContentType(word);

    private ReadOnlySpan<char> TextOf(HeaderWord word) =>
        parts.TextOf(word.Part).Slice(word.Start, word.Length);
}
