using System.Threading.Channels;
using Google.Protobuf;
using VirtAgents.Agent.Spool;
using VirtAgents.Core.Model;
using VirtAgents.Protocol;

namespace VirtAgents.Agent.Sampling;

/// <summary>Brings the events of the hypervisor into the spool at once, each with the inventory it was seen under already there.</summary>
internal sealed class EventPump(ChannelReader<HostEvent> events, MessageSpool spool, Action refreshInventory, Action flushSoon)
{
    private static readonly int LongestText = ProtocolLimits.Default.TextLength;

    /// <summary>Runs until cancelled or until there are no more events.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        while (await events.WaitToReadAsync(cancellationToken))
        {
            Drain();
        }
    }

    /// <summary>Takes what is there now.</summary>
    public void Drain()
    {
        bool any = false;
        while (events.TryRead(out HostEvent? happened))
        {
            if (!any)
            {
                refreshInventory();
                any = true;
            }

            Keep(happened);
        }

        if (any)
        {
            flushSoon();
        }
    }

    /// <summary>Puts one event into the spool.</summary>
    public void Keep(HostEvent happened)
    {
        // A text that the collector would refuse must not keep the event itself from it.
        HostEvent fitting = happened.Evidence.Length > LongestText ? happened with { Evidence = happened.Evidence[..LongestText] } : happened;
        spool.Append(RecordKind.Event, EventMapping.ToWire(fitting, sequence: 0).ToByteArray());
    }
}
