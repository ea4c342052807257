using System.Collections.Immutable;
using System.Net;
using VirtAgents.Collector.Fleet;
using VirtAgents.Collector.Witnesses;
using VirtAgents.Core.Model;
using VirtAgents.Protocol;
using VirtAgents.Protocol.V1;

namespace VirtAgents.Collector.Sessions;

/// <summary>Who an agent says it is, checked.</summary>
/// <param name="Host">The host.</param>
/// <param name="Boot">Sequence space.</param>
/// <param name="Instance">The agent process.</param>
/// <param name="Acknowledged">Highest number it remembers as acknowledged.</param>
/// <param name="Version">Protocol version of the stream.</param>
/// <param name="Cluster">Cluster of the host.</param>
/// <param name="AgentVersion">Version of the agent.</param>
/// <param name="Acting">What it can carry out.</param>
internal sealed record Introduction(
    HostInfo Host, BootId Boot, Guid Instance, long Acknowledged, uint Version, string Cluster, string AgentVersion, HostActing Acting)
{
    /// <summary>Where others can look at the host; null = nowhere.</summary>
    public WitnessPlace? Place { get; init; }

    /// <summary>Whether its agent can look at others.</summary>
    public bool CanProbe { get; init; }

    public SessionClaim Claim(string sessionId, bool continuous, string peer) =>
        new(sessionId, Host, Boot, Instance, Cluster, AgentVersion, continuous, peer, Acting);
}

/// <summary>Reads the first message of a stream.</summary>
internal static class HelloReader
{
    private const int TextLength = 256;
    private const int ReasonLength = 4096;
    private const int Capabilities = 256;

    public static Introduction Read(Hello hello)
    {
        if (!ProtocolVersion.TryNegotiate(hello.ProtocolMin, hello.ProtocolMax, out uint version))
        {
            throw new StreamRefusal(
                Grpc.Core.StatusCode.FailedPrecondition,
                "version",
                $"the agent speaks protocol versions {hello.ProtocolMin} to {hello.ProtocolMax}, this collector "
                + $"{ProtocolVersion.Lowest} to {ProtocolVersion.Highest}; update the older one");
        }

        if (!InventoryMapping.TryFromWire(hello.Host, out HostInfo? host, out string? problem))
        {
            throw StreamRefusal.Violation($"hello: {problem}");
        }

        CheckTexts(hello);
        if (hello.AckedSequence > long.MaxValue)
        {
            throw StreamRefusal.Violation($"hello.acked_sequence {hello.AckedSequence} is out of range (0 to {long.MaxValue})");
        }

        return new(
            host,
            new BootId(Identity("boot_id", hello.BootId)),
            Identity("instance_id", hello.InstanceId),
            (long)hello.AckedSequence,
            version,
            hello.Cluster,
            hello.AgentVersion,
            ActingOf(hello))
        {
            Place = PlaceOf(hello),
            CanProbe = hello.CanProbe,
        };
    }

    private static HostActing ActingOf(Hello hello) => new(
        [.. hello.Capabilities],
        hello.Unsupported.GroupBy(u => u.Kind, StringComparer.Ordinal).ToImmutableDictionary(g => g.Key, g => g.First().Why, StringComparer.Ordinal),
        hello.Draining)
    {
        Gaps = hello.UnsupportedParameters.GroupBy(u => (u.Kind, u.Parameter)).ToImmutableDictionary(g => g.Key, g => g.First().Why),
    };

    private static WitnessPlace? PlaceOf(Hello hello)
    {
        if (hello.WitnessPort > ushort.MaxValue)
        {
            throw StreamRefusal.Violation($"hello.witness_port {hello.WitnessPort} is out of range (0 to {ushort.MaxValue})");
        }

        IPAddress? address = null;
        if (hello.WitnessAddress.Length > 0 && !IPAddress.TryParse(hello.WitnessAddress, out address))
        {
            throw StreamRefusal.Violation("hello.witness_address is not an IP address");
        }

        return hello.WitnessPort == 0 ? null : new(address, (int)hello.WitnessPort);
    }

    private static Guid Identity(string field, Google.Protobuf.ByteString bytes) =>
        WireGuid.TryRead(bytes, out Guid value) && value != Guid.Empty
            ? value
            : throw StreamRefusal.Violation($"hello.{field} is missing or not a UUID of 16 bytes");

    private static void CheckTexts(Hello hello)
    {
        foreach ((string field, string text) in new[] { ("agent_version", hello.AgentVersion), ("cluster", hello.Cluster) }
            .Concat(hello.Capabilities.Select(c => ("capabilities", c)))
            .Concat(hello.Unsupported.Select(u => ("unsupported.kind", u.Kind)))
            .Concat(hello.UnsupportedParameters.SelectMany(u => new[] { ("unsupported_parameters.kind", u.Kind), ("unsupported_parameters.parameter", u.Parameter) })))
        {
            if (text.Length > TextLength)
            {
                throw StreamRefusal.Violation($"hello.{field} has {text.Length} characters (at most {TextLength})");
            }
        }

        foreach ((string field, string why) in hello.Unsupported.Select(u => ("unsupported", u.Why)).Concat(hello.UnsupportedParameters.Select(u => ("unsupported_parameters", u.Why))))
        {
            if (why.Length > ReasonLength)
            {
                throw StreamRefusal.Violation($"hello.{field}.why has {why.Length} characters (at most {ReasonLength})");
            }
        }

        foreach ((string field, int count) in new[] { ("capabilities", hello.Capabilities.Count), ("unsupported", hello.Unsupported.Count), ("unsupported_parameters", hello.UnsupportedParameters.Count) })
        {
            if (count > Capabilities)
            {
                throw StreamRefusal.Violation($"hello.{field} has {count} entries (at most {Capabilities})");
            }
        }
    }
}
