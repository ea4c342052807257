using System.Runtime.InteropServices;

namespace VirtAgents.Hypervisors.Libvirt.Native;

/// <summary>
/// Reads one virTypedParameter in place: 96 bytes, a name of 80 bytes ended by NUL, the type at 80, the value at 88.
/// </summary>
internal readonly unsafe ref struct TypedParameter(byte* address)
{
    public const int Size = 96;
    private const int NameLength = 80;
    private const int TypeOffset = 80;
    private const int ValueOffset = 88;

    /// <summary>Name as UTF-8; never longer than its field also when the NUL is missing.</summary>
    public ReadOnlySpan<byte> Name
    {
        get
        {
            ReadOnlySpan<byte> name = new(address, NameLength);
            int end = name.IndexOf((byte)0);
            return end < 0 ? name : name[..end];
        }
    }

    /// <summary>The value as 64 bits; false for text, floating point and types of a later libvirt.</summary>
    public bool TryGetNumber(out long value)
    {
        byte* at = address + ValueOffset;
        (bool known, value) = *(int*)(address + TypeOffset) switch
        {
            1 => (true, *(int*)at),
            2 => (true, *(uint*)at),
            3 => (true, *(long*)at),
            4 => (true, *(long*)at), // unsigned: kept by its bits
            6 => (true, *at == 0 ? 0L : 1L),
            _ => (false, 0L),
        };
        return known;
    }

    /// <summary>The value as UTF-8 text; empty when it is not text.</summary>
    public ReadOnlySpan<byte> Text =>
        *(int*)(address + TypeOffset) == 7 ? MemoryMarshal.CreateReadOnlySpanFromNullTerminated(*(byte**)(address + ValueOffset)) : default;
}
