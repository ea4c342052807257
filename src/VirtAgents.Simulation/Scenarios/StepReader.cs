using VirtAgents.Simulation.Faults;
using VirtAgents.Simulation.Worlds;

namespace VirtAgents.Simulation.Scenarios;

/// <summary>Reads the steps of a scenario file and looks up what they name.</summary>
internal sealed class StepReader(FaultResolver resolver)
{
    private static readonly TimeSpan Millisecond = TimeSpan.FromMilliseconds(1);
    private static readonly TimeSpan LongestJump = TimeSpan.FromDays(31);

    public ScenarioStep? Read(JsonSection section, TimeSpan duration)
    {
        TimeSpan? at = section.Duration("at", TimeSpan.Zero, duration, required: true);
        return ReadFault(section) is Fault fault && at is not null ? new(at.Value, fault) : null;
    }

    /// <summary>Reads what is done; mistakes are noted in the section.</summary>
    public Fault? ReadFault(JsonSection section)
    {
        string name = section.Text("fault", "", required: true);
        if (!FaultNames.TryFind(name, out FaultKind kind))
        {
            if (section.IsText("fault"))
            {
                section.Error("fault", $"'{name}' is not one of {string.Join(", ", FaultNames.All)}");
            }

            return null;
        }

        Fault fault = ReadTarget(section, new(kind));
        fault = ReadEnd(section, ReadDetails(section, fault));
        section.End();
        return fault;
    }

    private Fault ReadTarget(JsonSection section, Fault fault) => FaultNames.TargetOf(fault.Kind) switch
    {
        FaultTarget.Vm => fault with { Vm = ReadVm(section) },
        FaultTarget.Host => fault with { Host = ReadHost(section, "host") },
        FaultTarget.Pool => ReadPool(section, fault),
        _ => section.Has("vm") ? fault with { Vm = ReadVm(section) } : fault with { Host = ReadHost(section, "host") },
    };

    private VmSelector? ReadVm(JsonSection section)
    {
        VmSelector selector;
        if (section.Has("vm") && !section.IsText("vm"))
        {
            JsonSection? number = section.Section("vm");
            if (number is null)
            {
                return null;
            }

            selector = VmSelector.ByIndex((int)number.Integer("index", 0, 0, int.MaxValue, required: true), number.Text("host", ""));
            number.End();
        }
        else
        {
            selector = VmSelector.ByName(section.Text("vm", "", required: true));
        }

        if (section.Has("vm") && resolver.Vm(selector, out string problem) is null)
        {
            section.Error("vm", problem);
        }

        return selector;
    }

    private string ReadHost(JsonSection section, string key)
    {
        string name = section.Text(key, "", required: true);
        if (section.IsText(key) && resolver.Host(name, out string problem) is null)
        {
            section.Error(key, problem);
        }

        return name;
    }

    private Fault ReadPool(JsonSection section, Fault fault)
    {
        Fault read = fault with { Pool = section.Text("pool", "", required: true), Host = section.Text("host", "") };
        if (section.IsText("pool") && resolver.Pool(read.Pool, read.Host, out string problem) is null)
        {
            section.Error("pool", problem);
        }

        return read;
    }

    private Fault ReadDetails(JsonSection section, Fault fault) => fault.Kind switch
    {
        FaultKind.IoError => fault with { Device = ReadDisk(section, fault) },
        FaultKind.LinkDown => fault with { Device = ReadInterface(section, fault) },
        FaultKind.VmMigrate => fault with { Destination = ReadHost(section, "to") },
        FaultKind.DiskSlow => fault with { Factor = section.Number("factor", fault.Factor, 1.1, 10_000) },
        FaultKind.ClockSkew => fault with { By = section.Duration("by", -LongestJump, LongestJump, required: true) ?? default },
        _ => fault,
    };

    private string ReadDisk(JsonSection section, Fault fault)
    {
        string target = section.Text("disk", "");
        if (resolver.Vm(fault.Vm, out _) is SimVm vm && FaultResolver.DiskOf(vm, target, out string problem) is null)
        {
            section.Error("disk", problem);
        }

        return target;
    }

    private string ReadInterface(JsonSection section, Fault fault)
    {
        string device = section.Text("interface", "");
        string problem = "";
        if (resolver.Vm(fault.Vm, out _) is SimVm vm)
        {
            FaultResolver.InterfaceOf(vm, device, out problem);
        }
        else if (resolver.Host(fault.Host, out _) is SimHost host)
        {
            FaultResolver.InterfaceOf(host, device, out problem);
        }

        if (problem.Length > 0)
        {
            section.Error("interface", problem);
        }

        return device;
    }

    private static Fault ReadEnd(JsonSection section, Fault fault)
    {
        if (!FaultNames.CanEnd(fault.Kind))
        {
            return fault;
        }

        Fault read = fault with
        {
            For = section.Duration("for", Millisecond, LongestJump),
            End = section.Flag("end", false),
        };
        if (read is { End: true, For: not null })
        {
            section.Error("for", "has no meaning beside end");
        }

        return read;
    }
}
