namespace Harmony.Core.Parsing;

internal sealed partial class ResilientHeaderReader
{
    // What the words without a mark mean depends on the whole header: an explicit recipient may follow them.
    private BareWords _bare;
    private BareWords _bareAfterRecipient;
    private bool _hasRecipientWord;

    private void AddBareWord(ReadOnlySpan<char> word)
    {
        ref BareWords words = ref _hasRecipientWord ? ref _bareAfterRecipient : ref _bare;
        words.Add(new HeaderWord(_part, _charIndex, word.Length));
    }

    /// <summary>Says what the words without a mark are. An explicit recipient decides; without one a single
    /// word may be the recipient, or two if the second is a content type. The user's answer on <c>final</c>
    /// calls nothing.</summary>
    private void ResolveBareWords()
    {
        if (_bareAfterRecipient.Count > 0)
        {
            ReadWordsAfterRecipient();
        }

        if (_bare.Count == 0)
        {
            return;
        }

        ReadOnlySpan<char> first = TextOf(_bare.First);
        _part = _bare.First.Part;
        bool isAlone = _bare.Count == 1;
        bool isTypeFree = _contentType is null;
        if (_hasRecipientWord)
        {
            bool isType = isAlone && isTypeFree && KnownWords.IsContentType(first);
            Note(isAlone && IsTool(first)
                ? HarmonyDiagnostic.RepeatedRecipient
                : HarmonyDiagnostic.UnexpectedWords);
            _contentType = isType ? _words.ToString(first) : _contentType;
        }
        else if ((isAlone || (_bare.Count == 2 && isTypeFree && KnownWords.IsContentType(TextOf(_bare.Second))))
            && MayBeRecipient(first))
        {
            Note(HarmonyDiagnostic.BareRecipient);
            _recipient = _words.ToString(first);
            _contentType = isAlone ? _contentType : _words.ToString(TextOf(_bare.Second));
        }
        else if (isAlone && isTypeFree && !IsTool(first))
        {
            _contentType = _words.ToString(first);
        }
        else
        {
            Note(HarmonyDiagnostic.UnexpectedWords);
        }
    }

    private void ReadWordsAfterRecipient()
    {
        ReadOnlySpan<char> word = TextOf(_bareAfterRecipient.First);
        _part = _bareAfterRecipient.First.Part;
        if (_bareAfterRecipient.Count > 1 || _contentType is not null)
        {
            Note(HarmonyDiagnostic.UnexpectedWords);
        }
        else if (IsTool(word))
        {
            Note(HarmonyDiagnostic.RepeatedRecipient);
        }
        else
        {
            _contentType = _words.ToString(word);
        }
    }

    /// <summary>Whether a word without a mark may be the recipient: a tool's name, or on <c>commentary</c>,
    /// where the tools are not known, any name, as the reference reads it.</summary>
    private bool MayBeRecipient(ReadOnlySpan<char> word) =>
        _channel != Channels.Final
        && (IsTool(word)
            || (_channel == Channels.Commentary && !_router.KnowsTools && IsName(word)
                && !KnownWords.IsContentType(word)));

    private bool IsTool(ReadOnlySpan<char> word) =>
        _router.IsToolName(word) && !KnownWords.IsContentType(word);

    private ReadOnlySpan<char> TextOf(HeaderWord word) =>
        _parts.TextOf(word.Part).Slice(word.Start, word.Length);
}
