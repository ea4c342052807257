using VirtAgents.Storage.Embedded.Sqlite;

namespace VirtAgents.Storage.Embedded;

/// <summary>Gives free pages back to the file system, some at a time.</summary>
internal static class FreePages
{
    /// <summary>Most free pages that are left where the file goes on growing: new commits will use them.</summary>
    public const int Kept = 256;

    private const int PagesPerStep = 256;

    /// <summary>Gives some free pages back; false when no more than <paramref name="kept"/> were left.</summary>
    public static bool GiveBack(Database database, int kept)
    {
        if ((database.Number("PRAGMA freelist_count") ?? 0) <= kept)
        {
            return false;
        }

        database.Execute($"PRAGMA incremental_vacuum({PagesPerStep})");
        return true;
    }
}
