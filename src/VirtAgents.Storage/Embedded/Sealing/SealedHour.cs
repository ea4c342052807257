using VirtAgents.Storage.Embedded.Sqlite;

namespace VirtAgents.Storage.Embedded.Sealing;

/// <summary>Removes the chunks of an hour that are in segments now, in small transactions.</summary>
internal static class SealedHour
{
    private const int ChunksPerStep = 64;

    /// <summary>Removes some parts of chunks; false when there are no more.</summary>
    public static bool Clear(Database database, SealPlan plan, Damage damage)
    {
        List<long> chunks = Find(database, plan, damage);
        if (chunks.Count == 0)
        {
            return false;
        }

        database.Execute("BEGIN IMMEDIATE");

        // The reports stay stored, only elsewhere: the count goes on.
        long count = State.CountReports(database);
        long lastChunk = State.LastChunk(database);
        using (Statement part = database.Prepare("DELETE FROM directory WHERE hour = ? AND chunk = ?"))
        using (Statement whole = database.Prepare("DELETE FROM chunk WHERE id = ?1 AND NOT EXISTS (SELECT 1 FROM directory WHERE chunk = ?1)"))
        {
            foreach (long chunk in chunks)
            {
                part.Bind(1, plan.Hour).Bind(2, chunk).Run();
                whole.Bind(1, chunk).Run();
            }
        }

        State.SaveCount(database, count, lastChunk);
        database.Execute("COMMIT");
        return true;
    }

    private static List<long> Find(Database database, SealPlan plan, Damage damage)
    {
        using Statement select = database.Prepare(
            "SELECT chunk FROM directory WHERE hour = ? AND chunk <= ? AND NOT EXISTS (SELECT 1 FROM state WHERE name = 'kept_chunk_' || chunk) ORDER BY chunk");
        select.Bind(1, plan.Hour).Bind(2, plan.LastChunk);
        var chunks = new List<long>();
        var kept = new List<long>();
        while (chunks.Count < ChunksPerStep && select.Step())
        {
            (damage.HasChunk(select.Int64(0)) ? kept : chunks).Add(select.Int64(0));
        }

        select.Reset();

        // What could not be read stays for whoever can mend the disk, also after the next start.
        kept.ForEach(chunk => State.Set(database, $"kept_chunk_{chunk}", 1));
        return chunks;
    }
}
