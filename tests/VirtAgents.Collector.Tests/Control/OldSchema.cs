namespace VirtAgents.Collector.Tests.Control;

/// <summary>SQL that takes out of a database of today what newer versions of the schema have added to it.</summary>
internal static class OldSchema
{
    private static readonly (int Version, string Undo)[] Steps =
    [
        (11, "ALTER TABLE start_requests DROP COLUMN is_anywhere; ALTER TABLE start_requests DROP COLUMN move_directive_id; ALTER TABLE start_requests DROP COLUMN target_id;"
            + " ALTER TABLE start_requests DROP COLUMN target_name; ALTER TABLE start_requests DROP COLUMN choice"),
        (10, "DROP TABLE recoveries; DROP TABLE off_confirmations"),
        (9, "ALTER TABLE share_limits RENAME COLUMN device TO mac; ALTER TABLE share_limits RENAME COLUMN amount TO bytes_per_second; ALTER TABLE share_limits RENAME COLUMN former_amount TO former_bytes_per_second;"
            + " ALTER TABLE share_limits RENAME COLUMN outcome TO detail; ALTER TABLE share_limits ADD COLUMN previous_bytes_per_second BIGINT NOT NULL DEFAULT 0"),
        (8, "DROP TABLE throttles; ALTER TABLE directives DROP COLUMN downtime_ms; ALTER TABLE directives DROP COLUMN sent_bytes;"
            + " ALTER TABLE plan_steps DROP COLUMN expected_downtime_ms; ALTER TABLE plan_steps DROP COLUMN downtime_ms; ALTER TABLE plan_steps DROP COLUMN sent_bytes"),
        (7, "DROP TABLE share_limits"),
        (6, "DROP TABLE start_requests"),
        (5, "DROP TABLE plan_steps; DROP TABLE plans"),
        (4, "DROP TABLE proposals"),
        (3, "DROP TABLE vm_baselines"),
        (2, "DROP TABLE incident_steps; DROP TABLE incidents; DROP TABLE silences; DROP TABLE remediations; DROP TABLE feed_positions"),
    ];

    /// <summary>Makes it one of an older version.</summary>
    public static string Of(int version) =>
        string.Join("; ", [.. Steps.Where(step => step.Version > version).Select(step => step.Undo), $"UPDATE control_schema SET version = {version}"]);
}
