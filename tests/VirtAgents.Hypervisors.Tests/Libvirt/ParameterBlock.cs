using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;
using VirtAgents.Hypervisors.Libvirt.Native;

namespace VirtAgents.Hypervisors.Tests.Libvirt;

/// <summary>An array of virTypedParameter in memory that does not move.</summary>
internal sealed unsafe class ParameterBlock
{
    private readonly byte[] _bytes = GC.AllocateArray<byte>(64 * TypedParameter.Size, pinned: true);
    private readonly List<byte[]> _texts = [];
    private int _count;

    public TypedParameters Parameters() => new((byte*)Marshal.UnsafeAddrOfPinnedArrayElement(_bytes, 0), _count);

    public void Add(string name, int type, long value)
    {
        Span<byte> at = _bytes.AsSpan(_count++ * TypedParameter.Size, TypedParameter.Size);
        Encoding.UTF8.GetBytes(name, at[..80]);
        BinaryPrimitives.WriteInt32LittleEndian(at[80..], type);
        BinaryPrimitives.WriteInt64LittleEndian(at[88..], value);
    }

    public void AddText(string name, string text)
    {
        byte[] bytes = GC.AllocateArray<byte>(text.Length + 1, pinned: true);
        Encoding.ASCII.GetBytes(text, bytes);
        _texts.Add(bytes);
        Add(name, 7, Marshal.UnsafeAddrOfPinnedArrayElement(bytes, 0));
    }
}
