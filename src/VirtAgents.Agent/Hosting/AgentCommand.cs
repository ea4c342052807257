using System.Collections;
using System.CommandLine;
using System.Globalization;
using VirtAgents.Agent.Acting;
using VirtAgents.Agent.Configuration;

namespace VirtAgents.Agent.Hosting;

/// <summary>The command line of virtagent.</summary>
internal static class AgentCommand
{
    public const string DefaultConfigPath = "/etc/virtagents/agent.json";

    private const string Description = """
        Samples the VMs of this host and reports them to a collector.

        Settings come from the configuration file, from environment variables (VIRTAGENT__Sampling__FastInterval=1s) and from --set, later ones over earlier ones. docs/configuration-agent.md lists all keys.

        Exit status: 0 stopped on request, or --check found nothing wrong; 1 unexpected failure; 2 wrong arguments or configuration; 3 no hypervisor to observe; 4 the spool directory cannot be used; 5 policy test: the directive would be refused.
        """;

    private static readonly Option<string?> Config = new("--config") { Description = $"Configuration file, JSON with comments (default {DefaultConfigPath})", HelpName = "FILE" };
    private static readonly Option<string[]> Set = new("--set") { Description = "Sets one key, such as Cluster=berlin; may be given several times", HelpName = "Key=Value" };
    private static readonly Option<int?> Simulate = new("--simulate") { Description = "Reports so many simulated hosts instead of this one (1 to 1000)", HelpName = "HOSTS" };
    private static readonly Option<bool> Check = new("--check") { Description = "Checks the configuration, prints every error, and ends" };
    private static readonly Option<string?> Ready = new("--ready-file") { Description = "Creates this file when a collector has accepted the agent for the first time", HelpName = "FILE" };

    public static async Task<int> RunAsync(string[] args, IDictionary environment, TextWriter output, TextWriter error)
    {
        var root = new RootCommand(Description) { Config, Set, Simulate, Check, Ready };
        ExitCode code = ExitCode.Fine;
        root.Add(new PolicyCommand(TimeProvider.System, output, error).Build(answer => code = answer));
        root.SetAction(async (parsed, _) => code = await ActAsync(parsed, environment, output, error));
        ParseResult result = root.Parse(args);
        if (result.Errors.Count > 0)
        {
            foreach (string problem in result.Errors.Select(e => e.Message))
            {
                error.WriteLine($"virtagent: {problem}");
            }

            error.WriteLine("virtagent: see virtagent --help");
            return (int)ExitCode.Misconfigured;
        }

        // The host of the agent handles signals itself: it stops in two stages.
        int status = await result.InvokeAsync(new InvocationConfiguration { Output = output, Error = error, ProcessTerminationTimeout = null, EnableDefaultExceptionHandler = false });
        return status == 0 ? (int)code : status;
    }

    private static async Task<ExitCode> ActAsync(ParseResult parsed, IDictionary environment, TextWriter output, TextWriter error)
    {
        List<ConfigurationError> errors = [];
        List<ConfigurationValue> values = Collect(parsed, environment, errors);
        AgentOptions options = ConfigurationReader.Apply(values, errors);
        CheckScenario(options, values, errors);
        foreach (ConfigurationError problem in errors)
        {
            error.WriteLine($"virtagent: {problem}");
        }

        if (errors.Count > 0)
        {
            return ExitCode.Misconfigured;
        }

        if (parsed.GetValue(Check))
        {
            output.WriteLine("virtagent: the configuration is fine");
            return ExitCode.Fine;
        }

        return await AgentProgram.RunAsync(options, parsed.GetValue(Ready), error);
    }

    private static List<ConfigurationValue> Collect(ParseResult parsed, IDictionary environment, List<ConfigurationError> errors)
    {
        List<ConfigurationValue> values = [.. ReadFile(parsed.GetValue(Config), errors)];
        values.AddRange(ConfigurationReader.FromEnvironment(environment.Cast<DictionaryEntry>().Select(e => KeyValuePair.Create((string)e.Key, (string?)e.Value ?? ""))));
        values.AddRange(ConfigurationReader.FromCommandLine(parsed.GetValue(Set) ?? [], errors));
        if (parsed.GetValue(Simulate) is { } hosts)
        {
            values.Add(new ConfigurationValue("Hypervisor", [nameof(HypervisorChoice.Simulated)], IsList: false, "--simulate"));
            values.Add(new ConfigurationValue("Simulation:Hosts", [hosts.ToString(CultureInfo.InvariantCulture)], IsList: false, "--simulate"));
        }

        return values;
    }

    private static IReadOnlyList<ConfigurationValue> ReadFile(string? named, List<ConfigurationError> errors)
    {
        string path = named ?? DefaultConfigPath;
        if (named is null && !File.Exists(path))
        {
            return [];
        }

        try
        {
            return JsonSource.Read(File.ReadAllText(path), path, errors);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            errors.Add(new ConfigurationError(path, null, $"cannot be read: {e.Message}", "file"));
            return [];
        }
    }

    private static void CheckScenario(AgentOptions options, List<ConfigurationValue> values, List<ConfigurationError> errors)
    {
        string scenario = options.Simulation.Scenario;
        if (scenario.Length == 0 || errors.Count > 0)
        {
            return;
        }

        try
        {
            if (SimulatedHosts.Load(options.Simulation).DescribesEstate)
            {
                errors.AddRange(values.Where(SaysEstate).Select(value => new ConfigurationError(value.Key, value.Items[0],
                    $"contradicts {scenario}, which says itself what hosts there are; leave this out, or take estate and hosts out of the scenario", value.Source)));
            }
        }
        catch (SimulationUnusableException e)
        {
            errors.Add(new ConfigurationError("Simulation:Scenario", scenario, e.Message, "file"));
        }
    }

    private static bool SaysEstate(ConfigurationValue value) =>
        value.Key.Equals("Simulation:Hosts", StringComparison.OrdinalIgnoreCase) || value.Key.Equals("Simulation:VmsPerHost", StringComparison.OrdinalIgnoreCase);
}
