using System.Text.Json;
using System.Text.Json.Serialization;
using VirtAgents.Storage.Embedded.Sqlite;

namespace VirtAgents.Storage.Embedded;

/// <summary>The last inventory of each host, as JSON, so that an operator can read it with any tool.</summary>
internal static class SnapshotTable
{
    public static void Save(Database database, IReadOnlyList<HostSnapshot> snapshots)
    {
        using Statement upsert = database.Prepare(
            "INSERT INTO snapshot (host, data) VALUES (?1, ?2) ON CONFLICT (host) DO UPDATE SET data = excluded.data");
        foreach (HostSnapshot snapshot in snapshots)
        {
            byte[] data = JsonSerializer.SerializeToUtf8Bytes(snapshot, SnapshotJson.Default.HostSnapshot);
            upsert.Bind(1, snapshot.Inventory.Host.Id.Value).Bind(2, data).Run();
        }
    }

    public static IReadOnlyList<HostSnapshot> Load(Database database, Damage damage, CancellationToken cancellationToken)
    {
        using Statement all = database.Prepare("SELECT host, data FROM snapshot");
        var snapshots = new List<HostSnapshot>();
        while (all.Step())
        {
            cancellationToken.ThrowIfCancellationRequested();
            try
            {
                snapshots.Add(JsonSerializer.Deserialize(all.Blob(1), SnapshotJson.Default.HostSnapshot)
                    ?? throw new JsonException("null"));
            }
            catch (JsonException)
            {
                damage.Snapshot(all.Guid(0));
            }
        }

        return snapshots;
    }
}

[JsonSerializable(typeof(HostSnapshot))]
internal sealed partial class SnapshotJson : JsonSerializerContext;
