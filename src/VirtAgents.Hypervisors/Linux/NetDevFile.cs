namespace VirtAgents.Hypervisors.Linux;

/// <summary>Reads /proc/net/dev: the counters of all interfaces of a network namespace at once.</summary>
internal sealed class NetDevFile(LinuxRoots roots) : IDisposable
{
    /// <summary>Counters of a line; the first <see cref="SideCounters"/> are the receive side, then the transmit side.</summary>
    public const int Counters = 2 * SideCounters;

    /// <summary>Counters of a side: bytes, packets, errors, drops and four that we do not use.</summary>
    public const int SideCounters = 8;

    private static readonly FileBudget OneFile = new(long.MaxValue);
    private readonly KernelFile _file = new($"{roots.Proc}/net/dev", OneFile);
    private byte[] _buffer = new byte[16 * 1024];

    /// <summary>Reads the file; empty when it cannot be read. The text is valid until the next read.</summary>
    public ReadOnlySpan<byte> Read() => _file.ReadWhole(ref _buffer);

    /// <summary>Takes the next interface off the text; its two lines of headings are left out.</summary>
    public static bool TryTake(ref ReadOnlySpan<byte> text, out ReadOnlySpan<byte> name, scoped Span<long> counters)
    {
        while (KernelText.TryTakeLine(ref text, out ReadOnlySpan<byte> line))
        {
            int colon = line.IndexOf((byte)':');
            if (colon > 0 && TryParse(line[(colon + 1)..], counters))
            {
                name = line[..colon].TrimStart((byte)' ');
                return true;
            }
        }

        name = default;
        return false;
    }

    public void Dispose() => _file.Dispose();

    private static bool TryParse(ReadOnlySpan<byte> text, scoped Span<long> counters)
    {
        for (int i = 0; i < Counters; i++)
        {
            if (!KernelText.TryTakeNumber(ref text, out counters[i]))
            {
                return false;
            }
        }

        return true;
    }
}
