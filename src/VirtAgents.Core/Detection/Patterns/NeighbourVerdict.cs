using System.Globalization;

namespace VirtAgents.Core.Detection.Patterns;

/// <summary>What VMs share that one of them may take from the others.</summary>
public enum SharedResource
{
    /// <summary>pCPUs of a host.</summary>
    Cpu = 0,

    /// <summary>Operations of the disks of a pool.</summary>
    Operations = 1,

    /// <summary>Bytes to and from a pool.</summary>
    Bytes = 2,
}

/// <summary>One VM suffers while another one takes much of what they share.</summary>
/// <param name="Victim">The VM that suffers.</param>
/// <param name="Culprit">The VM that takes much.</param>
/// <param name="Resource">Of what.</param>
/// <param name="Place">Identity of the host or pool.</param>
/// <param name="Symptom">Steal, percent, or latency, milliseconds, of the victim in the newest two windows.</param>
/// <param name="Share">Part of the use of all VMs there that the culprit has in them, 0 to 1.</param>
/// <param name="ShareBefore">The same in the windows before.</param>
/// <param name="Correlation">Of the share with the symptom, over all windows; -1 to 1, 0 when either does not change.</param>
/// <param name="Confidence">How sure it is that one is by the other, 0 to 1.</param>
public sealed record NeighbourVerdict(
    NeighbourVm Victim, NeighbourVm Culprit, SharedResource Resource, string Place, double Symptom, double Share, double ShareBefore, double Correlation, double Confidence)
{
    private const int Named = 3;

    /// <summary>Name of the pool; of a host it means nothing.</summary>
    public string Pool => Place[(Place.LastIndexOf('/') + 1)..];

    /// <summary>What verdicts on one VM say together, for people: the surest first, of several only the surest three victims by name.</summary>
    /// <param name="verdicts">At least one, all of the same culprit, the surest first.</param>
    public static string Describe(IReadOnlyList<NeighbourVerdict> verdicts)
    {
        ArgumentNullException.ThrowIfNull(verdicts);
        NeighbourVerdict first = verdicts[0];
        string what = first.Resource switch { SharedResource.Cpu => "CPU", SharedResource.Operations => "disk operations", _ => "disk bytes" };
        string place = first.Resource == SharedResource.Cpu ? "this host" : $"pool {first.Pool}";
        NeighbourVerdict[] victims = [.. verdicts.DistinctBy(v => v.Victim.Id)];
        string others = victims.Length > Named ? $" and {victims.Length - Named} more" : "";
        return string.Create(
            CultureInfo.InvariantCulture,
            $"it has {first.Share * 100:0} % of the {what} of the VMs of {place}, before {first.ShareBefore * 100:0} %; {string.Join(", ", victims.Take(Named).Select(v => v.Suffering()))}{others}; correlation {first.Correlation:F2}, confidence {first.Confidence:F2}");
    }

    private string Suffering() => Resource == SharedResource.Cpu
        ? string.Create(CultureInfo.InvariantCulture, $"VM {Victim.Name} waits for CPU {Symptom:0.#} % of the time")
        : string.Create(CultureInfo.InvariantCulture, $"disk latency of VM {Victim.Name} is {Symptom:0.#} ms, usually {Victim.UsualLatencyMs:0.#}");
}
