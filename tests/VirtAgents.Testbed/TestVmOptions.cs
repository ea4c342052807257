using System.Globalization;

namespace VirtAgents.Testbed;

/// <summary>How a test VM is made.</summary>
public sealed record TestVmOptions
{
    /// <summary>Whether it only halts, with 16 MiB and no operating system: uses no CPU, so there can be many.</summary>
    public bool Halted { get; init; }

    /// <summary>Memory in MiB; less than 72 does not boot. Null = 96, or 16 when it only halts.</summary>
    public int? MemoryMib { get; init; }

    /// <summary>vCPUs at its start.</summary>
    public int Vcpus { get; init; } = 1;

    /// <summary>vCPUs it may be given later; null = as many as at its start.</summary>
    public int? MaxVcpus { get; init; }

    /// <summary>Load from its start on, as words for its command line: <c>va.cpu=50 va.disk=256 va.net=20 va.memory=16</c>.</summary>
    public string Load { get; init; } = "";

    /// <summary>Path of its disk image, as its host sees it; null = a new qcow2 image in the storage that all hosts share.</summary>
    public string? Disk { get; init; }

    /// <summary>A whole <c>disk</c> element instead of an image.</summary>
    public string? DiskXml { get; init; }

    /// <summary>What QEMU does on an I/O error: stop, report, ignore, enospace.</summary>
    public string ErrorPolicy { get; init; } = "stop";

    /// <summary>What libvirt does when the VM panics: destroy, restart, preserve.</summary>
    public string OnCrash { get; init; } = "destroy";

    /// <summary>Whether it tells the hypervisor when it panics; otherwise it only stands still then.</summary>
    public bool TellsPanics { get; init; } = true;

    /// <summary>Owner in its metadata; null = none.</summary>
    public string? Tenant { get; init; }

    /// <summary>Whether to wait until its operating system answers.</summary>
    public bool WaitUntilBooted { get; init; } = true;

    internal IEnumerable<string> Arguments()
    {
        yield return Halted ? "system=halted" : "system=linux";
        yield return string.Create(CultureInfo.InvariantCulture, $"memory={MemoryMib}");
        yield return string.Create(CultureInfo.InvariantCulture, $"vcpus={Vcpus}");
        yield return string.Create(CultureInfo.InvariantCulture, $"max_vcpus={MaxVcpus ?? Vcpus}");
        yield return $"load={Load}";
        yield return $"error_policy={ErrorPolicy}";
        yield return $"on_crash={OnCrash}";
        yield return TellsPanics ? "panic=isa" : "panic=none";
        foreach ((string name, string? value) in new[] { ("disk", Disk), ("disk_xml", DiskXml), ("tenant", Tenant) })
        {
            if (value is not null)
            {
                yield return $"{name}={value}";
            }
        }
    }
}
