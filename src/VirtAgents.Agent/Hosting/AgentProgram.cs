using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Hosting.Systemd;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;
using VirtAgents.Agent.Configuration;
using VirtAgents.Agent.Spool;
using VirtAgents.Hypervisors;

namespace VirtAgents.Agent.Hosting;

/// <summary>Runs the agent with checked options until it is told to stop.</summary>
internal static class AgentProgram
{
    /// <summary>More than the budgets of a session together, so that those decide.</summary>
    private static readonly TimeSpan ShutdownBudget = TimeSpan.FromSeconds(14);

    public static async Task<ExitCode> RunAsync(AgentOptions options, string? readyFile, TextWriter error)
    {
        using IHost host = Build(options, new ReadyFile(readyFile));
        AgentService agent = host.Services.GetRequiredService<AgentService>();
        try
        {
            await host.RunAsync();
            return agent.HasFailed ? ExitCode.Failed : ExitCode.Fine;
        }
        catch (HypervisorUnavailableException e)
        {
            return Refuse(error, e, ExitCode.NoHypervisor);
        }
        catch (SpoolUnusableException e)
        {
            return Refuse(error, e, ExitCode.NoSpool);
        }
        catch (SimulationUnusableException e)
        {
            return Refuse(error, e, ExitCode.Misconfigured);
        }
        catch (Exception e)
        {
            // The edge of the process: a documented exit status instead of an abort.
            error.WriteLine($"virtagent: unexpected failure: {e}");
            return ExitCode.Failed;
        }
    }

    private static IHost Build(AgentOptions options, ReadyFile ready)
    {
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings { ApplicationName = "virtagent" });
        builder.Logging.SetMinimumLevel(options.LogLevel);
        builder.Logging.AddFilter("Microsoft", LogLevel.Warning).AddFilter("Grpc", LogLevel.Warning).AddFilter("System", LogLevel.Warning);
        // What ends the start is told once, below, and not with the stack of the host as well.
        builder.Logging.AddFilter("Microsoft.Extensions.Hosting.Internal.Host", LogLevel.None);
        builder.Logging.AddSimpleConsole(Format);
        builder.Services.AddSystemd();
        builder.Services.TryAddSingleton<ISystemdNotifier>(new SystemdNotifier());
        builder.Services.Configure<HostOptions>(o => o.ShutdownTimeout = ShutdownBudget);
        builder.Services.AddSingleton(TimeProvider.System);
        builder.Services.AddSingleton(options);
        builder.Services.AddSingleton(ready);
        builder.Services.AddSingleton<AgentService>();
        builder.Services.AddHostedService(services => services.GetRequiredService<AgentService>());
        builder.Services.AddHostedService<WatchdogService>();
        builder.Services.AddHostedService<StartupPages>();
        return builder.Build();
    }

    private static void Format(SimpleConsoleFormatterOptions console)
    {
        console.SingleLine = true;
        console.UseUtcTimestamp = true;
        console.TimestampFormat = "yyyy-MM-ddTHH:mm:ss.fffZ ";
    }

    private static ExitCode Refuse(TextWriter error, Exception reason, ExitCode code)
    {
        error.WriteLine($"virtagent: {reason.Message}");
        return code;
    }
}
