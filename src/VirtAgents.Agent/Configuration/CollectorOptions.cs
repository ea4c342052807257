namespace VirtAgents.Agent.Configuration;

/// <summary>Where and how to report.</summary>
internal sealed class CollectorOptions
{
    public IReadOnlyList<Uri> Endpoints { get; set; } = [];

    public bool AllowPlaintext { get; set; }

    public string CaFile { get; set; } = "";

    public string CertificateFile { get; set; } = "";

    public string KeyFile { get; set; } = "";
}
