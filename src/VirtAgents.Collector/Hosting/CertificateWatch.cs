namespace VirtAgents.Collector.Hosting;

/// <summary>
/// Looks every few seconds whether the certificate on disk was renewed. Content is compared, which also works for links
/// that are switched over and for file systems without change notifications.
/// </summary>
internal sealed partial class CertificateWatch(ServerCertificate certificate, TimeProvider time, ILogger<CertificateWatch> log) : BackgroundService
{
    public static readonly TimeSpan Period = TimeSpan.FromSeconds(10);

    private string? _told;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using PeriodicTimer timer = new(Period, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            Look();
        }
    }

    private void Look()
    {
        if (certificate.TryRenew(out string? problem))
        {
            LogRenewed(certificate.Current.Subject, certificate.Current.NotAfter.ToUniversalTime());
        }
        else if (problem is not null && problem != _told)
        {
            LogNotRenewed(problem, certificate.Current.Subject, certificate.Current.NotAfter.ToUniversalTime());
        }

        _told = problem;
    }

    [LoggerMessage(2042, LogLevel.Information, "The certificate was renewed: new connections are shown {Subject}, valid until {NotAfter:u}.")]
    private partial void LogRenewed(string subject, DateTime notAfter);

    [LoggerMessage(2043, LogLevel.Error, "The new files of Tls:CertificateFile cannot be used: {Problem} {Subject} stays in use, valid until {NotAfter:u}.")]
    private partial void LogNotRenewed(string problem, string subject, DateTime notAfter);
}
