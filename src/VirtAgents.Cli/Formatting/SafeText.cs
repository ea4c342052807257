using System.Text;

namespace VirtAgents.Cli.Formatting;

/// <summary>
/// Text from the network for a terminal or a line-based output. VM names are chosen by tenants: an escape sequence in one
/// must not move the operator's cursor or forge a line.
/// </summary>
internal static class SafeText
{
    public static string Line(string text) => Replace(text, IsUnsafe);

    /// <summary>For a quoted field, which may have line ends and tabs.</summary>
    public static string Field(string text) => Replace(text, letter => IsUnsafe(letter) && letter is not ('\r' or '\n' or '\t'));

    private static string Replace(string text, Func<char, bool> isUnsafe)
    {
        if (!text.Any(isUnsafe))
        {
            return text;
        }

        var safe = new StringBuilder(text.Length);
        foreach (var letter in text)
        {
            safe.Append(isUnsafe(letter) ? '\uFFFD' : letter);
        }

        return safe.ToString();
    }

    // Besides control characters: line and paragraph separators and the marks that reverse the direction of writing.
    private static bool IsUnsafe(char letter) =>
        char.IsControl(letter) || letter is (>= '\u2028' and <= '\u202E') or (>= '\u2066' and <= '\u2069');
}
