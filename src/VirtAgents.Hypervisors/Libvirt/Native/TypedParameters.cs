using System.Text;

namespace VirtAgents.Hypervisors.Libvirt.Native;

/// <summary>Walks over an array of virTypedParameter.</summary>
internal unsafe ref struct TypedParameters(byte* first, int count)
{
    private int _next;

    public bool TryRead(out TypedParameter parameter)
    {
        bool any = _next < count;
        parameter = new TypedParameter(any ? first + ((long)_next * TypedParameter.Size) : null);
        _next++;
        return any;
    }

    /// <summary>Those of the rest that are whole numbers, by name.</summary>
    public Dictionary<string, long> Numbers()
    {
        Dictionary<string, long> numbers = new(StringComparer.Ordinal);
        while (TryRead(out TypedParameter parameter))
        {
            if (parameter.TryGetNumber(out long value))
            {
                numbers[Encoding.UTF8.GetString(parameter.Name)] = value;
            }
        }

        return numbers;
    }
}
