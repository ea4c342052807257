using System.Data.Common;
using System.Net.Sockets;
using System.Reflection;
using Microsoft.EntityFrameworkCore;
using VirtAgents.Collector.Configuration;
using VirtAgents.Storage;

namespace VirtAgents.Collector.Hosting;

/// <summary>The life of the process: arguments, settings, host, exit code.</summary>
internal static class CollectorProgram
{
    public static string Version { get; } =
        typeof(CollectorProgram).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? "0";

    public static async Task<int> RunAsync(IReadOnlyList<string> args, TextWriter output, TextWriter errors, CancellationToken cancellationToken)
    {
        CommandLine? command = CommandLine.TryParse(args, out string? problem);
        if (command is null)
        {
            return Refuse(errors, [problem!]);
        }

        if (command.ShowHelp || command.ShowVersion)
        {
            await output.WriteLineAsync(command.ShowHelp ? CommandLine.Help : $"virtcollector {Version}");
            return (int)ExitCode.Success;
        }

        IConfigurationRoot? configuration = CollectorConfiguration.TryLoad(command.ConfigFile, command.Settings, out problem);
        if (configuration is null)
        {
            return Refuse(errors, [problem!]);
        }

        CollectorOptions options = CollectorSettings.Read(configuration, command.Insecure, out IReadOnlyList<string> problems);
        if (problems.Count > 0)
        {
            return Refuse(errors, problems);
        }

        if (command.CheckOnly)
        {
            await output.WriteLineAsync("the settings are valid");
            return (int)ExitCode.Success;
        }

        return await RunHostAsync(options, command.ReadyFile, errors, cancellationToken);
    }

    private static async Task<int> RunHostAsync(CollectorOptions options, string? readyFile, TextWriter errors, CancellationToken cancellationToken)
    {
        try
        {
            await using WebApplication app = CollectorHost.Build(options);
            await app.StartAsync(cancellationToken);
            await ReadyFile.WriteAsync(readyFile, CollectorHost.Addresses(app), cancellationToken);
            await app.WaitForShutdownAsync(cancellationToken);
            return (int)ExitCode.Success;
        }
        catch (InvalidSettingException problem)
        {
            return Refuse(errors, [problem.Message]);
        }
        catch (StoreUnusableException problem)
        {
            await errors.WriteLineAsync($"the store cannot be used: {problem.Message}");
            return (int)ExitCode.StoreUnusable;
        }
        catch (Exception problem) when (problem is DbUpdateException or DbException)
        {
            await errors.WriteLineAsync($"the control database cannot be used: {problem.GetBaseException().Message}; check the settings under Control and the space it has");
            return (int)ExitCode.StoreUnusable;
        }
        catch (IOException problem) when (problem.InnerException is Microsoft.AspNetCore.Connections.AddressInUseException or SocketException)
        {
            await errors.WriteLineAsync($"cannot listen: {problem.Message}");
            return (int)ExitCode.AddressUnavailable;
        }
        catch (SocketException problem)
        {
            await errors.WriteLineAsync($"cannot listen: {problem.Message}");
            return (int)ExitCode.AddressUnavailable;
        }
    }

    private static int Refuse(TextWriter errors, IReadOnlyList<string> problems)
    {
        foreach (string problem in problems)
        {
            errors.WriteLine(problem);
        }

        return (int)ExitCode.InvalidSettings;
    }
}
