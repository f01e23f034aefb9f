namespace Harmony.Core.Text;

/// <summary>A text exceeds <see cref="Utf8TextBuilder.MaxLength"/>. Never leaves the library.</summary>
internal sealed class TextTooLongException : Exception;
