namespace VirtAgents.Simulation.Worlds;

/// <summary>An interface of a VM, or one of a host.</summary>
internal sealed class SimInterface(string name, string network)
{
    private const long PacketSize = 900;

    public Meter ReceiveBytes, TransmitBytes, DroppedBytes;

    /// <summary>MAC address of a VM's interface, kernel name of a host's.</summary>
    public string Name { get; } = name;

    public string Network { get; } = network;

    /// <summary>The host's end while the VM is in memory; empty otherwise.</summary>
    public string Tap { get; set; } = "";

    public bool LinkDown { get; set; }

    /// <summary>To the VM, per second; 0 = no limit.</summary>
    public long MostReceiveBytes { get; set; }

    /// <summary>From the VM, per second; 0 = no limit.</summary>
    public long MostTransmitBytes { get; set; }

    public FaultTokens Tokens { get; } = new();

    public int Index { get; set; }

    /// <summary>Packets are of one size, so their number follows from the bytes and never contradicts them.</summary>
    public static long PacketsOf(long bytes) => bytes / PacketSize;

    public void SetPace(double receiveBytes, double transmitBytes, bool connected)
    {
        ReceiveBytes.PerSecond = connected ? Limited(receiveBytes, MostReceiveBytes) : 0;
        TransmitBytes.PerSecond = connected ? Limited(transmitBytes, MostTransmitBytes) : 0;

        // What the VM goes on sending into a dead link is dropped; nothing arrives that could be.
        DroppedBytes.PerSecond = connected ? 0 : (long)transmitBytes;
    }

    public void Settle(long elapsedMs)
    {
        ReceiveBytes.Settle(elapsedMs);
        TransmitBytes.Settle(elapsedMs);
        DroppedBytes.Settle(elapsedMs);
    }

    public void ResetCounters()
    {
        ReceiveBytes.Reset();
        TransmitBytes.Reset();
        DroppedBytes.Reset();
    }

    private static long Limited(double bytes, long most) => most > 0 ? Math.Min((long)bytes, most) : (long)bytes;
}
