using System.Globalization;
using System.Text;

namespace VirtAgents.Cli.Formatting;

/// <summary>Names of the values of one enum, whose values are 32-bit numbers.</summary>
/// <remarks>
/// It is not generic on purpose: collections of enums are compiled for each enum anew every time the tool starts, which took most of the
/// time of a short command. An enum has some dozens of values, so that looking through them is fast enough.
/// </remarks>
internal sealed class EnumTable
{
    private readonly int[] _values;
    private readonly string[] _names;

    public EnumTable(Type type, string zero)
    {
        _values = (int[])Enum.GetValuesAsUnderlyingType(type);
        _names = Enum.GetNames(type);
        for (int i = 0; i < _names.Length; i++)
        {
            _names[i] = _values[i] == 0 ? zero : Dashed(_names[i]);
        }

        All = Array.FindAll(_names, name => name.Length > 0);
    }

    /// <summary>All names, in the order of their values.</summary>
    public IReadOnlyList<string> All { get; }

    public string Of(int value) => Array.IndexOf(_values, value) is >= 0 and var at ? _names[at] : value.ToString(CultureInfo.InvariantCulture);

    public bool TryParse(string name, out int value)
    {
        int at = name.Length == 0 ? -1 : Array.FindIndex(_names, known => string.Equals(known, name, StringComparison.OrdinalIgnoreCase));
        value = at < 0 ? 0 : _values[at];
        return at >= 0;
    }

    private static string Dashed(string name)
    {
        var text = new StringBuilder(name.Length + 4);
        foreach (var letter in name)
        {
            if (char.IsAsciiLetterUpper(letter) && text.Length > 0)
            {
                text.Append('-');
            }

            text.Append(char.ToLowerInvariant(letter));
        }

        return text.ToString();
    }
}
