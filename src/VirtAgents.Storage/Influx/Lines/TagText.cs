using System.Globalization;
using System.Text;

namespace VirtAgents.Storage.Influx.Lines;

/// <summary>
/// Tag values. Line protocol cannot hold a line break or a backslash at the end in one, and servers read backslashes
/// differently: these and other control characters are written as <c>%</c> and two digits, and so is a percent sign that would be read as one.
/// </summary>
internal static class TagText
{
    /// <summary>The value as it lies in InfluxDB, and as queries name it.</summary>
    public static string Store(string text)
    {
        if (!NeedsCode(text))
        {
            return text;
        }

        var stored = new StringBuilder(text.Length + 8);
        for (int i = 0; i < text.Length; i++)
        {
            if (IsCoded(text, i))
            {
                stored.Append(CultureInfo.InvariantCulture, $"%{(int)text[i]:X2}");
            }
            else
            {
                stored.Append(text[i]);
            }
        }

        return stored.ToString();
    }

    /// <summary>The value that was stored.</summary>
    public static string Load(string stored)
    {
        if (!stored.Contains('%', StringComparison.Ordinal))
        {
            return stored;
        }

        var text = new StringBuilder(stored.Length);
        for (int i = 0; i < stored.Length; i++)
        {
            if (IsCode(stored, i))
            {
                text.Append((char)byte.Parse(stored.AsSpan(i + 1, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture));
                i += 2;
            }
            else
            {
                text.Append(stored[i]);
            }
        }

        return text.ToString();
    }

    /// <summary>Appends <c>,name=value</c>; nothing for an empty value, which line protocol cannot hold.</summary>
    public static void Append(List<byte> line, string name, string value)
    {
        if (value.Length == 0)
        {
            return;
        }

        line.Add((byte)',');
        line.AddRange(Encoding.ASCII.GetBytes(name));
        line.Add((byte)'=');
        foreach (byte b in Encoding.UTF8.GetBytes(Store(value)))
        {
            if (b is (byte)',' or (byte)'=' or (byte)' ')
            {
                line.Add((byte)'\\');
            }

            line.Add(b);
        }
    }

    private static bool NeedsCode(string text)
    {
        for (int i = 0; i < text.Length; i++)
        {
            if (IsCoded(text, i))
            {
                return true;
            }
        }

        return false;
    }

    private static bool IsCoded(string text, int at) => text[at] is '\\' or '\x7f' or < ' ' || IsCode(text, at);

    private static bool IsCode(string text, int at) =>
        text[at] == '%' && at + 2 < text.Length && char.IsAsciiHexDigit(text[at + 1]) && char.IsAsciiHexDigit(text[at + 2]);
}
