using VirtAgents.Storage.Embedded.Sqlite;

namespace VirtAgents.Storage.Embedded;

/// <summary>A file serves one kind of store: the positions of the other kind would say that samples are where they are not.</summary>
internal static class Ownership
{
    /// <summary>Takes a new file for stores that keep their samples in it, or for those that do not.</summary>
    /// <exception cref="StoreUnusableException">It belongs to the other kind.</exception>
    public static void Claim(Database database, string path, bool keepsSamples)
    {
        bool elsewhere = State.Get(database, State.SamplesElsewhere, 0) != 0;
        if (elsewhere != keepsSamples)
        {
            return;
        }

        if (database.Number("SELECT id FROM stream LIMIT 1") is not null)
        {
            throw new StoreUnusableException(elsewhere
                ? $"{path} belongs to samples in InfluxDB: set Store:Kind to Influx, or Store:Embedded:Path to another file; nothing was changed"
                : $"{path} holds samples of the embedded store: set Store:Kind to Embedded, or Store:Embedded:Path to another file; nothing was changed");
        }

        State.Set(database, State.SamplesElsewhere, keepsSamples ? 0 : 1);
    }
}
