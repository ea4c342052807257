using VirtAgents.Simulation.Workloads;

namespace VirtAgents.Simulation.Scenarios;

/// <summary>Reads workloads and traces of a scenario file.</summary>
internal static class WorkloadReader
{
    private const long MostBytesPerSecond = 100_000_000_000;

    private static readonly Dictionary<string, WorkloadKind> Kinds = new()
    {
        ["constant"] = WorkloadKind.Constant,
        ["diurnal"] = WorkloadKind.Diurnal,
        ["bursty"] = WorkloadKind.Bursty,
        ["batch"] = WorkloadKind.Batch,
        ["leak"] = WorkloadKind.Leak,
        ["noisy-neighbour"] = WorkloadKind.NoisyNeighbour,
        ["trace"] = WorkloadKind.Trace,
    };

    public static Dictionary<string, WorkloadTrace> ReadTraces(JsonSection? section)
    {
        Dictionary<string, WorkloadTrace> traces = [];
        foreach (string name in section?.Keys() ?? [])
        {
            if (WorkloadTrace.TryParse(section!.Texts(name), out WorkloadTrace? trace, out IReadOnlyList<string> errors))
            {
                traces.Add(name, trace!);
            }

            foreach (string error in errors)
            {
                section.Error(name, error);
            }
        }

        return traces;
    }

    public static WorkloadDefinition Read(JsonSection? section, Dictionary<string, WorkloadTrace> traces)
    {
        WorkloadDefinition usual = WorkloadDefinition.Default;
        if (section is null)
        {
            return usual;
        }

        WorkloadKind kind = usual.Kind;
        string name = section.Text("kind", "constant", required: true);
        if (section.IsText("kind") && !Kinds.TryGetValue(name, out kind))
        {
            section.Error("kind", $"'{name}' is not one of {string.Join(", ", Kinds.Keys)}");
        }

        WorkloadDefinition read = new(
            kind,
            section.Number("cpuPercent", usual.CpuPercent, 0, 100),
            section.Number("memoryPercent", usual.MemoryPercent, 0, 100),
            section.Integer("readBytesPerSecond", usual.ReadBytesPerSecond, 0, MostBytesPerSecond),
            section.Integer("writeBytesPerSecond", usual.WriteBytesPerSecond, 0, MostBytesPerSecond),
            section.Integer("receiveBytesPerSecond", usual.ReceiveBytesPerSecond, 0, MostBytesPerSecond),
            section.Integer("transmitBytesPerSecond", usual.TransmitBytesPerSecond, 0, MostBytesPerSecond),
            section.Duration("period", TimeSpan.FromSeconds(1), TimeSpan.FromDays(31)) ?? TimeSpan.Zero,
            ReadTrace(section, kind, traces));
        section.End();

        // A trace that is missing has been noted; a constant load stands in so that reading can go on.
        return read is { Kind: WorkloadKind.Trace, Trace: null } ? usual : read;
    }

    private static WorkloadTrace? ReadTrace(JsonSection section, WorkloadKind kind, Dictionary<string, WorkloadTrace> traces)
    {
        string name = section.Text("trace", "", required: kind == WorkloadKind.Trace);
        if (kind != WorkloadKind.Trace)
        {
            if (section.Has("trace"))
            {
                section.Error("trace", "is only for workloads of kind trace");
            }

            return null;
        }

        if (!traces.TryGetValue(name, out WorkloadTrace? trace) && section.IsText("trace"))
        {
            section.Error("trace", $"there is no trace '{name}' without errors under traces");
        }

        return trace;
    }
}
