using System.Text;
using VirtAgents.Agent.Hosting;

namespace VirtAgents.Agent.Configuration;

/// <summary>What must hold between keys, and of the files they name. Never connects to anything.</summary>
internal static class OptionsRules
{
    private const string Source = "rule";
    private const string NotRooted = "must be an absolute path";

    public static void Check(AgentOptions options, List<ConfigurationError> errors)
    {
        CheckIntervals("Fast", options.Sampling.FastInterval, options.Sampling.FastMin, options.Sampling.FastMax, errors);
        CheckIntervals("Slow", options.Sampling.SlowInterval, options.Sampling.SlowMin, options.Sampling.SlowMax, errors);
        if (options.Sampling.SlowInterval < options.Sampling.FastInterval)
        {
            errors.Add(new ConfigurationError("Sampling:SlowInterval", ValueText.Of(options.Sampling.SlowInterval),
                $"is shorter than Sampling:FastInterval; allowed: {ValueText.Of(options.Sampling.FastInterval)} or more", Source));
        }

        if (!Path.IsPathRooted(options.Spool.Path))
        {
            errors.Add(new ConfigurationError("Spool:Path", options.Spool.Path, NotRooted, Source));
        }

        CheckRooted("Acting:Policy", options.Acting.Policy, errors);
        CheckRooted("Acting:Journal", options.Acting.Journal, errors);

        CheckTransport(options.Collector, errors);
        CheckWitness(options, errors);
        CheckFile("Simulation:Scenario", options.Simulation.Scenario, errors);
        CheckControlSocket(options, errors);
    }

    private static void CheckRooted(string key, string path, List<ConfigurationError> errors)
    {
        if (path.Length > 0 && !Path.IsPathRooted(path))
        {
            errors.Add(new ConfigurationError(key, path, NotRooted, Source));
        }
    }

    private static void CheckWitness(AgentOptions options, List<ConfigurationError> errors)
    {
        const string Problem = "is for real hosts; simulated ones share one machine";
        if (options.Hypervisor != HypervisorChoice.Simulated)
        {
            return;
        }

        if (options.Witness.Listen is { } listen)
        {
            errors.Add(new ConfigurationError("Witness:Listen", listen.ToString(), Problem, Source));
        }

        if (options.Witness.HeartbeatDirectories is { Count: > 0 } directories)
        {
            errors.Add(new ConfigurationError("Witness:HeartbeatDirectories", string.Join(", ", directories), Problem, Source));
        }
    }

    private static void CheckControlSocket(AgentOptions options, List<ConfigurationError> errors)
    {
        const string Key = "Simulation:ControlSocket";
        string path = options.Simulation.ControlSocket;
        if (path.Length == 0)
        {
            return;
        }

        if (!Path.IsPathRooted(path) || Encoding.UTF8.GetByteCount(path) > ControlSocket.LongestPath)
        {
            errors.Add(new ConfigurationError(Key, path, $"must be an absolute path of at most {ControlSocket.LongestPath} bytes", Source));
        }

        if (options.Hypervisor != HypervisorChoice.Simulated)
        {
            errors.Add(new ConfigurationError(Key, path, "is for simulated hosts; set Hypervisor to Simulated, or leave it out", Source));
        }
    }

    private static void CheckIntervals(string tier, TimeSpan interval, TimeSpan least, TimeSpan most, List<ConfigurationError> errors)
    {
        if (least > most)
        {
            errors.Add(new ConfigurationError($"Sampling:{tier}Min", ValueText.Of(least),
                $"is longer than Sampling:{tier}Max; allowed: up to {ValueText.Of(most)}", Source));
        }
        else if (interval < least || interval > most)
        {
            errors.Add(new ConfigurationError($"Sampling:{tier}Interval", ValueText.Of(interval),
                $"is outside of Sampling:{tier}Min and Sampling:{tier}Max; allowed: {ValueText.Of(least)} to {ValueText.Of(most)}", Source));
        }
    }

    private static void CheckTransport(CollectorOptions collector, List<ConfigurationError> errors)
    {
        foreach (Uri endpoint in collector.Endpoints.Where(e => e.Scheme == "http" && !e.IsLoopback && !collector.AllowPlaintext))
        {
            errors.Add(new ConfigurationError("Collector:Endpoints", endpoint.ToString(),
                "is plain http to another machine; allowed: https://, or set Collector:AllowPlaintext to true and accept that anybody on the way can read and forge", Source));
        }

        bool certificate = collector.CertificateFile.Length > 0;
        if (certificate != collector.KeyFile.Length > 0)
        {
            string missing = certificate ? "Collector:KeyFile" : "Collector:CertificateFile";
            errors.Add(new ConfigurationError(missing, null, "is missing; allowed: certificate and key together, or neither", Source));
        }

        if ((certificate || collector.CaFile.Length > 0) && !collector.Endpoints.Any(e => e.Scheme == "https"))
        {
            errors.Add(new ConfigurationError("Collector:Endpoints", string.Join(", ", collector.Endpoints),
                "has no https:// address, but certificates are configured, which only https uses", Source));
        }

        CheckFile("Collector:CaFile", collector.CaFile, errors);
        CheckFile("Collector:CertificateFile", collector.CertificateFile, errors);
        CheckFile("Collector:KeyFile", collector.KeyFile, errors);
    }

    private static void CheckFile(string key, string path, List<ConfigurationError> errors)
    {
        if (path.Length == 0)
        {
            return;
        }

        try
        {
            using FileStream file = File.OpenRead(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            errors.Add(new ConfigurationError(key, path, $"cannot be read: {e.Message}", Source));
        }
    }
}
