using System.Text;
using VirtAgents.Core.Model;

namespace VirtAgents.Storage.Influx.Lines;

/// <summary>
/// Measurement and tags of the lines of one host, made when a row first needs them. The list of subjects is shared by all
/// reports of one inventory version, so a row normally costs an array access.
/// </summary>
internal sealed class LineStarts(HostNames names, HostId host, IReadOnlyList<Subject?> subjects)
{
    private readonly byte[]?[] _starts = new byte[]?[subjects.Count];
    private byte[]? _agent;

    /// <summary>Whether this belongs to the names and the list; a list that grew needs a new one.</summary>
    public bool IsFor(HostNames otherNames, IReadOnlyList<Subject?> other) =>
        ReferenceEquals(names, otherNames) && ReferenceEquals(subjects, other) && _starts.Length == other.Count;

    /// <summary>Start of the line of a row; the agent shares the index of its host but is a subject of its own.</summary>
    public ReadOnlySpan<byte> Of(SubjectKind kind, int index) => kind == SubjectKind.Agent
        ? _agent ??= Make(new Subject(SubjectKind.Agent, subjects[index]!.Owner, ""))
        : _starts[index] ??= Make(subjects[index]!);

    private byte[] Make(Subject subject)
    {
        string[] deviceTags = Layout.DeviceTagsOf(subject.Kind);
        string[] parts = Layout.Parts(subject.Kind, subject.Device);
        (string Name, string Tenant) vm = names.Vms.GetValueOrDefault(subject.Owner, ("", ""));
        var line = new List<byte>(Encoding.ASCII.GetBytes(Layout.MeasurementOf(subject.Kind)));

        // Servers sort tags by name; sorted ones cost them nothing.
        foreach (string tag in Layout.TagsOf(subject.Kind))
        {
            TagText.Append(line, tag, tag switch
            {
                Layout.Cluster => names.Cluster,
                Layout.Host => names.Name,
                Layout.HostId => host.ToString(),
                Layout.Vm => vm.Name,
                Layout.VmId => subject.Owner.ToString("D"),
                Layout.Tenant => vm.Tenant,
                _ => parts[Array.IndexOf(deviceTags, tag)],
            });
        }

        line.Add((byte)' ');
        return [.. line];
    }
}
