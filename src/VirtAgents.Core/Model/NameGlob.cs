namespace VirtAgents.Core.Model;

/// <summary>A name in which <c>*</c> stands for any characters and <c>?</c> for any one. All others are compared exactly, case included.</summary>
/// <param name="Text">The name.</param>
/// <param name="KnowsAnyOne">Whether <c>?</c> stands for any character, not for itself.</param>
public sealed record NameGlob(string Text, bool KnowsAnyOne = true)
{
    /// <summary>Whether a name is meant.</summary>
    /// <remarks>Greedy with one point of return: the last <c>*</c> is made longer when what follows it does not fit.</remarks>
    public bool Matches(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        (int pattern, int at, int star, int retry) = (0, 0, -1, 0);
        while (at < name.Length)
        {
            char wanted = pattern < Text.Length ? Text[pattern] : '\0';
            if (wanted == '*' && pattern < Text.Length)
            {
                (star, retry) = (pattern++, at);
            }
            else if (pattern < Text.Length && ((KnowsAnyOne && wanted == '?') || wanted == name[at]))
            {
                pattern++;
                at++;
            }
            else if (star >= 0)
            {
                pattern = star + 1;
                at = ++retry;
            }
            else
            {
                return false;
            }
        }

        return Text.AsSpan(pattern).TrimStart('*').IsEmpty;
    }
}
