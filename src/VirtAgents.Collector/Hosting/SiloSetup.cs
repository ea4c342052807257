using System.Net;
using System.Net.Sockets;
using Orleans.Configuration;
using Orleans.Serialization.Configuration;

namespace VirtAgents.Collector.Hosting;

/// <summary>The actor runtime inside this process, as a cluster of one.</summary>
internal static class SiloSetup
{
    public static void UseSilo(this IHostBuilder host)
    {
        host.UseOrleans(silo =>
        {
            // No gateway: the only client is this process. The port is drawn, so that collectors can share a machine.
            silo.UseLocalhostClustering(FreePort(), gatewayPort: 0, serviceId: "virtagents", clusterId: "virtagents");
            silo.Configure<EndpointOptions>(endpoint => endpoint.GatewayPort = 0);

            // Samples are handed over within the process, by reference; their types have no serializer on purpose.
            silo.Services.Configure<TypeManifestOptions>(types => types.EnableConfigurationAnalysis = false);
        });
    }

    private static int FreePort()
    {
        using TcpListener probe = new(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }
}
