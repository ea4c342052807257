using System.Runtime.InteropServices;
using System.Text;

namespace VirtAgents.Hypervisors.Linux;

/// <summary>
/// How fast the kernel lets an interface send: the rate of a token bucket (tc-tbf(8)) at its root. What a tap sends is what
/// its VM receives.
/// </summary>
internal static partial class TrafficControl
{
    private const ushort NewQdisc = 36, DeleteQdisc = 37, GetQdisc = 38;
    private const ushort Request = 1, Acknowledge = 4, Replace = 0x100, Create = 0x400, Dump = 0x300;
    private const uint Root = 0xFFFFFFFF;
    private const ushort KindAttribute = 1, OptionsAttribute = 2, ParametersAttribute = 1, Rate64Attribute = 4, BurstAttribute = 6;
    private const int TrafficHeaderSize = 20;
    private const int ParametersSize = 36;
    private const byte Ethernet = 1;
    private const int RateOffset = 8;
    private const int QueueOffset = 24;
    private const int SmallestBurst = 16 * 1024;
    private const string TokenBucket = "tbf";

    /// <summary>What the kernel puts at the root of an interface by itself.</summary>
    private static readonly string[] Defaults = ["noqueue", "noop", "pfifo_fast", "fq_codel", "fq", "mq", "pfifo", "cake"];

    /// <summary>The rate of an interface, bytes per second; 0 = no limit.</summary>
    /// <param name="device">Its name.</param>
    /// <param name="foreign">The discipline that somebody else has put there; null = none.</param>
    /// <exception cref="System.ComponentModel.Win32Exception">The kernel refused.</exception>
    public static long RateOf(string device, out string? foreign)
    {
        int index = IndexOf(device);
        foreign = null;
        foreach (byte[] body in NetlinkSocket.Ask(new NetlinkRequest(GetQdisc, Request | Dump, index, 0).ToArray()))
        {
            if (BitConverter.ToInt32(body, 4) != index || BitConverter.ToUInt32(body, 12) != Root)
            {
                continue;
            }

            Dictionary<int, byte[]> attributes = NetlinkRequest.Attributes(body.AsSpan(TrafficHeaderSize));
            string kind = Encoding.ASCII.GetString(attributes.GetValueOrDefault(KindAttribute, [])).TrimEnd('\0');
            if (kind == TokenBucket)
            {
                return RateIn(NetlinkRequest.Attributes(attributes.GetValueOrDefault(OptionsAttribute, [])));
            }

            foreign = Defaults.Contains(kind) ? null : kind;
        }

        return 0;
    }

    /// <summary>Sets the rate of an interface.</summary>
    /// <param name="device">Its name.</param>
    /// <param name="bytesPerSecond">The rate; 0 = no limit.</param>
    /// <exception cref="System.ComponentModel.Win32Exception">The kernel refused, such as without CAP_NET_ADMIN.</exception>
    public static void SetRate(string device, long bytesPerSecond)
    {
        int index = IndexOf(device);
        if (bytesPerSecond > 0)
        {
            _ = NetlinkSocket.Ask(new NetlinkRequest(NewQdisc, Request | Acknowledge | Create | Replace, index, Root)
                .AddText(KindAttribute, TokenBucket)
                .AddAttribute(OptionsAttribute, Options(bytesPerSecond))
                .ToArray());
        }
        else if (RateOf(device, out _) > 0)
        {
            _ = NetlinkSocket.Ask(new NetlinkRequest(DeleteQdisc, Request | Acknowledge, index, Root).ToArray());
        }
    }

    /// <summary>A fiftieth of a second may go at once, and a tenth may wait; what comes on top is dropped.</summary>
    private static byte[] Options(long bytesPerSecond)
    {
        byte[] parameters = new byte[ParametersSize];
        int burst = (int)Math.Clamp(bytesPerSecond / 50, SmallestBurst, int.MaxValue / 16);
        parameters[1] = Ethernet;
        BitConverter.TryWriteBytes(parameters.AsSpan(RateOffset), (uint)Math.Min(bytesPerSecond, uint.MaxValue));
        BitConverter.TryWriteBytes(parameters.AsSpan(QueueOffset), (uint)Math.Clamp(burst + (bytesPerSecond / 10), 0, int.MaxValue));
        return
        [
            .. NetlinkRequest.Attribute(ParametersAttribute, parameters),
            .. NetlinkRequest.Attribute(BurstAttribute, BitConverter.GetBytes(burst)),
            .. bytesPerSecond > uint.MaxValue ? NetlinkRequest.Attribute(Rate64Attribute, BitConverter.GetBytes(bytesPerSecond)) : [],
        ];
    }

    private static long RateIn(Dictionary<int, byte[]> options) =>
        options.TryGetValue(Rate64Attribute, out byte[]? large) ? BitConverter.ToInt64(large)
        : options.TryGetValue(ParametersAttribute, out byte[]? parameters) ? BitConverter.ToUInt32(parameters, RateOffset)
        : 0;

    private static int IndexOf(string device) => if_nametoindex(device) is > 0 and int index
        ? index
        : throw new System.ComponentModel.Win32Exception(Marshal.GetLastPInvokeError());

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int if_nametoindex(string name);
}
