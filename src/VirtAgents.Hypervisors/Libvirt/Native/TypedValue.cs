using System.Text;

namespace VirtAgents.Hypervisors.Libvirt.Native;

/// <summary>A number to be handed to libvirt as virTypedParameter.</summary>
/// <param name="Name">Name, shorter than 80 bytes.</param>
/// <param name="Type">Type that libvirt expects for this name.</param>
/// <param name="Value">The number.</param>
internal readonly record struct TypedValue(string Name, TypedValueType Type, long Value)
{
    private const int TypeOffset = 80;
    private const int ValueOffset = 88;

    /// <summary>Lays values out as an array of virTypedParameter.</summary>
    public static byte[] Layout(IReadOnlyList<TypedValue> values)
    {
        byte[] array = new byte[values.Count * TypedParameter.Size];
        for (int i = 0; i < values.Count; i++)
        {
            Span<byte> at = array.AsSpan(i * TypedParameter.Size, TypedParameter.Size);
            _ = Encoding.UTF8.GetBytes(values[i].Name, at[..(TypeOffset - 1)]);
            _ = BitConverter.TryWriteBytes(at[TypeOffset..], (int)values[i].Type);
            _ = BitConverter.TryWriteBytes(at[ValueOffset..], values[i].Value);
        }

        return array;
    }
}

/// <summary>virTypedParameterType, of numbers. All are little-endian 64 bits with what they do not need being zero.</summary>
internal enum TypedValueType
{
    /// <summary>32 bits without sign.</summary>
    UInt = 2,

    /// <summary>64 bits with sign.</summary>
    Long = 3,

    /// <summary>64 bits without sign.</summary>
    ULong = 4,
}
