using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using VirtAgents.Core.Scheduling.Control;

namespace VirtAgents.Collector.Configuration;

/// <summary>Reads tables that operators edit: JSON with comments. Every mistake is told with its place, its value and what is allowed.</summary>
internal static class JsonFile
{
    private const int LongestFile = 1 << 20, LongestGlob = 256;

    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web)
    {
        ReadCommentHandling = JsonCommentHandling.Skip,
        AllowTrailingCommas = true,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        NumberHandling = JsonNumberHandling.Strict,
    };

    /// <summary>Modes of what needs no approval of its own.</summary>
    public static IReadOnlyDictionary<string, ScheduleMode> ModesWithoutApproval { get; } = new Dictionary<string, ScheduleMode>(StringComparer.Ordinal)
    {
        ["observe"] = ScheduleMode.Observe, ["recommend"] = ScheduleMode.Recommend, ["auto"] = ScheduleMode.Auto,
    };

    /// <summary>What a file says once it is checked; null with what is wrong.</summary>
    /// <param name="path">The file.</param>
    /// <param name="check">Turns the text into what it says and adds what is wrong with it.</param>
    /// <param name="problems">What is wrong; empty when the answer is not null.</param>
    public static TChecked? TryRead<TText, TChecked>(string path, Func<TText, List<string>, TChecked> check, out IReadOnlyList<string> problems)
        where TText : class, new()
        where TChecked : class
    {
        List<string> found = [];
        problems = found;
        try
        {
            using FileStream file = File.OpenRead(path);
            if (file.Length > LongestFile)
            {
                found.Add($"'{path}' has {file.Length} bytes; allowed: up to {LongestFile}");
                return null;
            }

            var content = new byte[file.Length];
            return Checked(content.AsSpan(0, file.ReadAtLeast(content, content.Length, throwOnEndOfStream: false)), $"'{path}', ", check, found);
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            found.Add($"'{path}' does not exist or may not be read; allowed: a JSON file");
            return null;
        }
    }

    /// <summary>What a text says once it is checked, as of a file; null with what is wrong.</summary>
    public static TChecked? TryParse<TText, TChecked>(string text, Func<TText, List<string>, TChecked> check, out IReadOnlyList<string> problems)
        where TText : class, new()
        where TChecked : class
    {
        List<string> found = [];
        problems = found;
        if (text.Length > LongestFile)
        {
            found.Add($"it has {text.Length} characters; allowed: up to {LongestFile}");
            return null;
        }

        return Checked(Encoding.UTF8.GetBytes(text), "", check, found);
    }

    /// <summary>One of several words.</summary>
    public static T Choice<T>(string? text, IReadOnlyDictionary<string, T> choices, string field, List<string> problems)
        where T : struct
    {
        if (text is not null && choices.TryGetValue(text, out T value))
        {
            return value;
        }

        problems.Add($"{field}: '{text}' is not valid; allowed: {string.Join(", ", choices.Keys)}");
        return default;
    }

    /// <summary>A whole number within a range; what stands for it when it is left out.</summary>
    public static int Number(int? given, int fallback, int lowest, int highest, string field, List<string> problems)
    {
        int value = given ?? fallback;
        if (value < lowest || value > highest)
        {
            problems.Add($"{field}: '{value}' is not valid; allowed: a whole number from {lowest} to {highest}");
        }

        return value;
    }

    /// <summary>A number within a range.</summary>
    public static double Number(double? given, double lowest, double highest, string field, List<string> problems)
    {
        if (given is not { } value || !(value >= lowest && value <= highest))
        {
            problems.Add($"{field}: '{given?.ToString(CultureInfo.InvariantCulture)}' is not valid; allowed: a number from {lowest.ToString(CultureInfo.InvariantCulture)} to {highest.ToString(CultureInfo.InvariantCulture)}");
            return lowest;
        }

        return value;
    }

    /// <summary>A name, unique among others.</summary>
    public static string Name(string? given, string field, List<string> problems)
    {
        if (given is not { Length: > 0 and <= 100 } || given.Any(c => char.IsControl(c) || c == '/'))
        {
            problems.Add($"{field}: '{given}' is not valid; allowed: 1 to 100 printable characters without a slash");
        }

        return given ?? "";
    }

    /// <summary>A name with wildcards; empty = none was given.</summary>
    public static string Glob(string? text, string field, List<string> problems)
    {
        if (text is { Length: > LongestGlob } || text?.Any(char.IsControl) == true)
        {
            problems.Add($"{field}: '{text}' is not valid; allowed: up to {LongestGlob} printable characters, * for any characters and ? for any one");
        }

        return text ?? "";
    }

    /// <summary>Tells names that several have.</summary>
    public static void RefuseTwins(IEnumerable<string> names, string field, List<string> problems)
    {
        foreach (IGrouping<string, string> same in names.GroupBy(n => n, StringComparer.Ordinal).Where(g => g.Key.Length > 0 && g.Count() > 1))
        {
            problems.Add($"{field}: '{same.Key}' is the name of several; allowed: a name of its own for each");
        }
    }

    /// <summary>A time within a range; what stands for it when it is left out.</summary>
    public static TimeSpan Time(string? text, TimeSpan fallback, TimeSpan lowest, TimeSpan highest, string field, List<string> problems)
    {
        if (text is null)
        {
            return fallback;
        }

        if (SettingsReader.TryDuration(text, out TimeSpan value) && value >= lowest && value <= highest)
        {
            return value;
        }

        problems.Add($"{field}: '{text}' is not valid; allowed: a time from {lowest} to {highest}, such as 30s, 5m, 1h or 7d");
        return fallback;
    }

    private static TChecked? Checked<TText, TChecked>(ReadOnlySpan<byte> content, string where, Func<TText, List<string>, TChecked> check, List<string> found)
        where TText : class, new()
        where TChecked : class
    {
        ReadOnlySpan<byte> text = content.StartsWith(Encoding.UTF8.Preamble) ? content[Encoding.UTF8.Preamble.Length..] : content;
        try
        {
            RefuseNullEntries(text);
            TChecked answer = check(JsonSerializer.Deserialize<TText>(text, Options) ?? new(), found);
            return found.Count == 0 ? answer : null;
        }
        catch (JsonException problem)
        {
            found.Add($"{where}line {problem.LineNumber + 1}: {problem.Message}");
            return null;
        }
    }

    // The serializer takes null for an entry of any list, and no entry means anything by it.
    private static void RefuseNullEntries(ReadOnlySpan<byte> text)
    {
        Utf8JsonReader reader = new(text, new JsonReaderOptions { CommentHandling = Options.ReadCommentHandling, AllowTrailingCommas = Options.AllowTrailingCommas });
        Stack<bool> isList = new();
        while (reader.Read())
        {
            switch (reader.TokenType)
            {
                case JsonTokenType.StartArray or JsonTokenType.StartObject:
                    isList.Push(reader.TokenType == JsonTokenType.StartArray);
                    break;
                case JsonTokenType.EndArray or JsonTokenType.EndObject:
                    isList.Pop();
                    break;
                case JsonTokenType.Null when isList.TryPeek(out bool entry) && entry:
                    throw new JsonException("an entry of a list is null; allowed: entries that say something", null, text[..(int)reader.TokenStartIndex].Count((byte)'\n'), null);
            }
        }
    }
}
