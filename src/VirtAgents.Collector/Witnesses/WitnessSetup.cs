namespace VirtAgents.Collector.Witnesses;

/// <summary>What asks other agents after hosts that are not heard.</summary>
internal static class WitnessSetup
{
    public static void AddWitnesses(this IServiceCollection services)
    {
        services.AddSingleton<WitnessBook>();
        services.AddSingleton<ProbeBoard>();
        services.AddSingleton<WitnessParts>();
        services.AddSingleton<HostInquiry>();
        services.AddHostedService<HostInquiries>();
    }
}

/// <summary>What streams tell.</summary>
internal sealed record WitnessParts(WitnessBook Book, ProbeBoard Board);
