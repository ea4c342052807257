namespace VirtAgents.Collector.Configuration;

/// <summary>Whether and when VMs that behave unlike before are told.</summary>
/// <param name="IsEnabled">Whether anything is learnt and told. <value>Default true.</value></param>
/// <param name="Threshold">Score from which on it is told. <value>Default 0.75; 0.5 to 0.85.</value></param>
/// <param name="Vms">Most VMs that are learnt; each takes about 18 KB of memory. <value>Default 10,000.</value></param>
internal sealed record AnomalySettings(bool IsEnabled, double Threshold, int Vms)
{
    public static AnomalySettings Read(SettingsReader reader) => new(
        reader.Switch("Detection:Anomalies:Enabled", fallback: true),
        reader.Number("Detection:Anomalies:Threshold", 0.75, 0.5, 0.85),
        (int)reader.Count("Detection:Anomalies:Vms", 10_000, 1, 1_000_000));
}
