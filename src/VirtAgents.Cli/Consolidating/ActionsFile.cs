using System.Text.Json;
using VirtAgents.Core.Scheduling.Consolidation;
using VirtAgents.Cli.Traces;

namespace VirtAgents.Cli.Consolidating;

/// <summary>Writes where VMs were at first and each migration, as one object on one line.</summary>
internal static class ActionsFile
{
    public static void Write(string path, ConsolidationReplay replay) => TraceFile.Write(path, writer =>
    {
        using var json = new Utf8JsonWriter(writer.BaseStream);
        json.WriteStartObject();
        json.WriteStartArray("initial");
        foreach (var host in replay.Initial)
        {
            json.WriteNumberValue(host);
        }

        json.WriteEndArray();
        json.WriteStartArray("moves");
        foreach (var move in replay.Moves)
        {
            json.WriteStartArray();
            json.WriteNumberValue(move.Step);
            json.WriteNumberValue(move.Vm);
            json.WriteNumberValue(move.Host);
            json.WriteEndArray();
        }

        json.WriteEndArray();
        json.WriteEndObject();
        json.Flush();
        writer.WriteLine();
    });
}
