using System.Net;

namespace VirtAgents.Collector.Witnesses;

/// <summary>Where a host can be asked after, as its agent said.</summary>
/// <param name="Address">IP address; null = the one that its stream comes from.</param>
/// <param name="Port">TCP port.</param>
internal sealed record WitnessPlace(IPAddress? Address, int Port)
{
    /// <summary>The address that others are to look at; null = it is not known.</summary>
    /// <param name="peer">Address that the stream comes from; null = unknown.</param>
    public IPEndPoint? Seen(IPAddress? peer)
    {
        IPAddress? address = Address ?? peer;
        return address is null ? null : new(address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address, Port);
    }
}
