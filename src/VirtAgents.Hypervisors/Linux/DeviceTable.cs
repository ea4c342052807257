using System.Text;
using VirtAgents.Core.Model;

namespace VirtAgents.Hypervisors.Linux;

/// <summary>The devices of one kind with their names as bytes and their integers in reports, for reading without strings.</summary>
internal sealed class DeviceTable(SubjectKind kind)
{
    private (byte[] Name, int Index)[] _devices = [];

    public int Count => _devices.Length;

    public void Learn(IReadOnlyList<HostDevice> devices, Func<SubjectKind, string, int> indexOf) =>
        _devices = [.. devices.Where(d => d.Kind == kind).Select(d => (Encoding.UTF8.GetBytes(d.Name), indexOf(kind, d.Name)))];

    /// <summary>Integer of a device by name; -1 when it is not sampled.</summary>
    public int Find(ReadOnlySpan<byte> name)
    {
        foreach ((byte[] known, int index) in _devices)
        {
            if (name.SequenceEqual(known))
            {
                return index;
            }
        }

        return -1;
    }
}
