using System.Text.Json;
using VirtAgents.Core.Model;
using VirtAgents.Storage.Embedded;

namespace VirtAgents.Storage.Tests.Embedded;

public sealed class SnapshotTableTests
{
    [Fact]
    public void Deserialize_InventoryFromBeforeVolumes_HasNone()
    {
        HostSnapshot now = new("lab", Inventory.Empty with { Version = 3 }, "1.0", 5);
        string text = JsonSerializer.Serialize(now, SnapshotJson.Default.HostSnapshot);
        string before = text.Replace(",\"Volumes\":[]", "", StringComparison.Ordinal);
        Assert.NotEqual(text, before);

        HostSnapshot read = JsonSerializer.Deserialize(before, SnapshotJson.Default.HostSnapshot)!;
        Assert.Equal(3, read.Inventory.Version);
        Assert.True(read.Inventory.Volumes.IsEmpty);
        Assert.Equal(text, JsonSerializer.Serialize(read, SnapshotJson.Default.HostSnapshot));
    }
}
