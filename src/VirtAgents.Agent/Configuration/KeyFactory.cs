using System.Globalization;

namespace VirtAgents.Agent.Configuration;

/// <summary>Makes keys of the common kinds; the range is said once and serves checks, messages and documentation.</summary>
internal static class KeyFactory
{
    public static ConfigurationKey Duration(
        string name, TimeSpan standard, TimeSpan least, TimeSpan most, Action<AgentOptions, TimeSpan> set, string description)
    {
        string allowed = $"{ValueText.Of(least)} to {ValueText.Of(most)}";
        return new(name, "duration", allowed, ValueText.Of(standard), description, (options, items) =>
        {
            if (!ValueText.TryDuration(items[0], out TimeSpan value))
            {
                return $"is not a duration such as 500ms, 2s, 1m or 24h; allowed: {allowed}";
            }

            return InRange(value >= least && value <= most, allowed, () => set(options, value));
        });
    }

    public static ConfigurationKey Size(string name, long standard, long least, long most, Action<AgentOptions, long> set, string description)
    {
        string allowed = $"{ValueText.Of(least)} to {ValueText.Of(most)}";
        return new(name, "size", allowed, ValueText.Of(standard), description, (options, items) =>
        {
            if (!ValueText.TrySize(items[0], out long value))
            {
                return $"is not a size such as 256 MiB or 1 GB; allowed: {allowed}";
            }

            return InRange(value >= least && value <= most, allowed, () => set(options, value));
        });
    }

    public static ConfigurationKey Integer(string name, long standard, long least, long most, Action<AgentOptions, long> set, string description)
    {
        string allowed = string.Create(CultureInfo.InvariantCulture, $"{least} to {most}");
        return new(name, "integer", allowed, standard.ToString(CultureInfo.InvariantCulture), description, (options, items) =>
        {
            if (!long.TryParse(items[0], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long value))
            {
                return $"is not a whole number; allowed: {allowed}";
            }

            return InRange(value >= least && value <= most, allowed, () => set(options, value));
        });
    }

    public static ConfigurationKey Number(string name, double standard, double least, double most, Action<AgentOptions, double> set, string description)
    {
        string allowed = string.Create(CultureInfo.InvariantCulture, $"{least} to {most}");
        return new(name, "number", allowed, standard.ToString(CultureInfo.InvariantCulture), description, (options, items) =>
        {
            if (!ValueText.TryNumber(items[0], out double value))
            {
                return $"is not a number; allowed: {allowed}";
            }

            return InRange(value >= least && value <= most, allowed, () => set(options, value));
        });
    }

    public static ConfigurationKey Flag(string name, bool standard, Action<AgentOptions, bool> set, string description) =>
        new(name, "flag", "true, false", standard ? "true" : "false", description, (options, items) =>
        {
            if (!bool.TryParse(items[0], out bool value))
            {
                return "is neither true nor false";
            }

            set(options, value);
            return null;
        });

    public static ConfigurationKey Choice<T>(string name, T standard, IReadOnlyList<T> choices, Action<AgentOptions, T> set, string description)
        where T : struct, Enum
    {
        string allowed = string.Join(", ", choices);
        return new(name, "choice", allowed, standard.ToString(), description, (options, items) =>
        {
            foreach (T choice in choices)
            {
                if (string.Equals(choice.ToString(), items[0], StringComparison.OrdinalIgnoreCase))
                {
                    set(options, choice);
                    return null;
                }
            }

            return $"is not one of the choices; allowed: {allowed}";
        });
    }

    public static ConfigurationKey Text(string name, string standard, int longest, string meaning, Action<AgentOptions, string> set, string description)
    {
        string allowed = string.Create(CultureInfo.InvariantCulture, $"{meaning}, up to {longest} characters");
        return new(name, "text", allowed, standard, description, (options, items) =>
        {
            set(options, items[0]);
            return items[0].Length > longest || items[0].Any(char.IsControl) ? $"is not allowed; allowed: {allowed}" : null;
        });
    }

    private static string? InRange(bool fits, string allowed, Action set)
    {
        if (!fits)
        {
            return $"is out of range; allowed: {allowed}";
        }

        set();
        return null;
    }
}
