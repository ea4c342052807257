namespace VirtAgents.Agent.Configuration;

/// <summary>Puts the sources together: defaults, then the file, then the environment, then the command line.</summary>
internal static class ConfigurationReader
{
    public const string EnvironmentPrefix = "VIRTAGENT__";

    /// <summary>Values from environment variables such as <c>VIRTAGENT__Sampling__FastInterval</c>.</summary>
    public static IEnumerable<ConfigurationValue> FromEnvironment(IEnumerable<KeyValuePair<string, string>> variables) =>
        variables.Where(v => v.Key.StartsWith(EnvironmentPrefix, StringComparison.OrdinalIgnoreCase)).OrderBy(v => v.Key, StringComparer.Ordinal)
            .Select(v => new ConfigurationValue(
                v.Key[EnvironmentPrefix.Length..].Replace("__", ":", StringComparison.Ordinal), [v.Value], IsList: false, $"environment {v.Key}"));

    /// <summary>Values from <c>--set Key=Value</c>.</summary>
    public static IEnumerable<ConfigurationValue> FromCommandLine(IEnumerable<string> settings, List<ConfigurationError> errors)
    {
        foreach (string setting in settings)
        {
            int equals = setting.IndexOf('=', StringComparison.Ordinal);
            if (equals <= 0)
            {
                errors.Add(new ConfigurationError("--set", setting, "must be Key=Value", "command line"));
                continue;
            }

            yield return new ConfigurationValue(setting[..equals].Trim(), [setting[(equals + 1)..]], IsList: false, "--set");
        }
    }

    /// <summary>Applies values in order, later ones over earlier ones, and checks the whole. Every error is added.</summary>
    public static AgentOptions Apply(IEnumerable<ConfigurationValue> values, List<ConfigurationError> errors)
    {
        var options = new AgentOptions();
        foreach (ConfigurationKey key in AgentKeys.All)
        {
            _ = key.Apply(options, [key.Default]);
        }

        var chosen = new Dictionary<string, ConfigurationValue>(StringComparer.OrdinalIgnoreCase);
        foreach (ConfigurationValue value in values)
        {
            Choose(chosen, value);
        }

        foreach (ConfigurationValue value in chosen.Values)
        {
            ApplyOne(options, value, errors);
        }

        OptionsRules.Check(options, errors);
        return options;
    }

    /// <summary>A later value replaces an earlier one; <c>List:0</c>, <c>List:1</c>... from one source make up a list.</summary>
    private static void Choose(Dictionary<string, ConfigurationValue> chosen, ConfigurationValue value)
    {
        int colon = value.Key.LastIndexOf(':');
        if (colon < 0 || !int.TryParse(value.Key.AsSpan(colon + 1), System.Globalization.NumberStyles.None, null, out int position))
        {
            chosen[value.Key] = value;
            return;
        }

        string list = value.Key[..colon];
        bool goesOn = position > 0 && chosen.TryGetValue(list, out ConfigurationValue? begun) && begun.Items.Count == position;
        IReadOnlyList<string> items = goesOn ? [.. chosen[list].Items, .. value.Items] : value.Items;
        chosen[list] = new ConfigurationValue(list, items, IsList: true, value.Source);
    }

    private static void ApplyOne(AgentOptions options, ConfigurationValue value, List<ConfigurationError> errors)
    {
        ConfigurationKey? key = AgentKeys.All.FirstOrDefault(k => string.Equals(k.Name, value.Key, StringComparison.OrdinalIgnoreCase));
        if (key is null)
        {
            string hint = KeySuggestion.For(value.Key) is { } near ? $"; did you mean {near}?" : "; see virtagent --help";
            errors.Add(new ConfigurationError(value.Key, null, "is not a key of the agent" + hint, value.Source));
            return;
        }

        string? problem = value.IsList && !key.IsList
            ? $"is a list, but one value is wanted; allowed: {key.Allowed}"
            : key.Apply(options, Items(key, value));
        if (problem is not null)
        {
            errors.Add(new ConfigurationError(key.Name, string.Join(", ", value.Items), problem, value.Source));
        }
    }

    private static IReadOnlyList<string> Items(ConfigurationKey key, ConfigurationValue value) => key.IsList && !value.IsList
        ? value.Items[0].Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
        : value.Items;
}
