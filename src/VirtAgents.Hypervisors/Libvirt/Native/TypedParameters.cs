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
}
